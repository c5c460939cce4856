import { readFileSync } from "node:fs";
import { systemClock } from "../clock.ts";
import { type Discovery, discover as find } from "../discover/discover.ts";
import { inWords } from "../discover/in-words.ts";
import type { KeyNames } from "../discover/proposal-lines.ts";
import { proposalText } from "../discover/proposal-text.ts";
import type { Instance } from "../dss/instance.ts";
import { redactor, Secret } from "../model/secret.ts";
import { configFile } from "./config-file.ts";
import { dataDirectory } from "./data-directory.ts";
import { EXIT, UserError } from "./exit.ts";
import { wrongName } from "./init/name.ts";
import { addressIn } from "./init/way.ts";
import type { Io, Verb } from "./io.ts";
import { knownInstance } from "./known-instance.ts";
import { markOf, secretFrom } from "./named-secret.ts";
import { requireConfig } from "./source.ts";

export interface DiscoverOptions {
	/** Name of an instance of the configuration. */
	readonly instance?: string;
	readonly config?: string;
	/** Instead: the address of a node. */
	readonly url?: string;
	/** Names of environment variables, or of files as `file:/path`. */
	readonly keyFrom?: string;
	readonly adminKeyFrom?: string;
	/** The name that it shall have as an instance. */
	readonly name?: string;
	/** File with the certificates of one's own authority. */
	readonly ca?: string;
	/** Where this is the host of DSS. */
	readonly dataDir?: string;
	/** Of a Fleet Manager. */
	readonly tenant?: string;
	/** Longest time of one call, ms. */
	readonly timeout: number;
	readonly json?: boolean;
}

/**
 * `discover`: asks a node what it is, and prints the piece of alerts.yaml that would watch it. Writes nothing.
 *
 * @returns 0 known and its keys are good; 1 known in part: no key, a refused one, or something stands in front; 2 no node
 */
export const discover: Verb<DiscoverOptions> = async (options, io) => {
	const { instance, names } = options.url === undefined ? configured(options, io) : given(options, io);
	const stop = new AbortController();
	const undo = io.onSignal("SIGINT", () => stop.abort());
	io.terminal.progress?.(`asking ${instance.url}`);
	const { timeout: timeoutMs, tenant } = options;
	const around = { clock: systemClock, signal: stop.signal, timeoutMs, ...(tenant !== undefined && { tenant }) };
	const found = await find(instance, around);
	io.terminal.progress?.("");
	undo();
	const redact = redactor([instance.apiKey, instance.adminKey].flatMap((key) => (key ? [key.reveal()] : [])));
	const code = exitOf(found);
	if (options.json) io.terminal.out(redact(JSON.stringify(jsonOf(found), undefined, 2)));
	else if (code === EXIT.critical) io.terminal.err(redact(inWords(found).join("\n")));
	else io.terminal.out(redact(proposalText(found, names)));
	return code;
};

function exitOf({ node, keys }: Discovery): number {
	if (node.is === "unreachable" || node.is === "stranger") return EXIT.critical;
	if (node.is === "hidden" || node.front) return EXIT.warning;
	// An API node says that it lives to everybody.
	return node.role !== "api" && keys.own.is !== "accepted" ? EXIT.warning : EXIT.ok;
}

function jsonOf(found: Discovery): object {
	const { instance, node, keys, contents, proposals } = found;
	return { instance: instance.name, url: instance.url, seen: inWords(found), node, keys, contents, checks: proposals };
}

interface Asked {
	readonly instance: Instance;
	/** Undefined where the instance stands in the configuration already. */
	readonly names: KeyNames | undefined;
}

function configured({ instance: wanted, config: file }: DiscoverOptions, io: Io): Asked {
	if (wanted === undefined) throw new UserError("name an instance, or give --url and --key-from", EXIT.usage);
	const config = requireConfig(configFile(file, io.env), io, { quiet: true });
	return { instance: knownInstance(config, wanted), names: undefined };
}

function given(options: DiscoverOptions, io: Io): Asked {
	const { url = "", keyFrom, adminKeyFrom, name = "dss", ca, instance, dataDir } = options;
	const wrong = wrongName(name);
	if (wrong !== undefined) throw new UserError(`--name: ${wrong}`, EXIT.usage);
	if (instance !== undefined) throw new UserError("give either the name of an instance or --url", EXIT.usage);
	const parsed = URL.parse(addressIn(url));
	if (!parsed || !/^https?:$/.test(parsed.protocol)) {
		throw new UserError("--url is not an http:// or https:// address", EXIT.usage);
	}
	if (parsed.username || parsed.password) {
		throw new UserError("--url must not hold a user or password: give the key by --key-from", EXIT.usage);
	}
	const apiKey = keyFrom === undefined ? undefined : secretFrom("--key-from", keyFrom, io.env);
	const adminKey = adminKeyFrom === undefined ? undefined : secretFrom("--admin-key-from", adminKeyFrom, io.env);
	return {
		instance: {
			name,
			url: `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, ""),
			...(apiKey && { apiKey: new Secret(apiKey.value) }),
			...(adminKey && { adminKey: new Secret(adminKey.value) }),
			apiPrefix: "/public/api",
			labels: {},
			...(dataDir !== undefined && { dataDir: dataDirectory(dataDir) }),
			tls: { verify: true, ...(ca !== undefined && { ca: authority(ca) }) },
		},
		names: {
			...(apiKey && { apiKey: markOf(apiKey) }),
			...(adminKey && { adminKey: markOf(adminKey) }),
			...(ca !== undefined && { ca }),
		},
	};
}

function authority(file: string): string {
	try {
		return readFileSync(file, "utf8");
	} catch (error) {
		throw new UserError(`--ca ${file} cannot be read: ${(error as Error).message}`, EXIT.usage);
	}
}
