import { type Discovery, discover, roleLabel } from "../../discover/discover.ts";
import { inWords } from "../../discover/in-words.ts";
import type { Conversation } from "../conversation.ts";
import { dataDirectory } from "../data-directory.ts";
import { EXIT, UserError } from "../exit.ts";
import type { Io } from "../io.ts";
import type { SecretSource } from "../named-secret.ts";
import { around, type Draft, instanceOf } from "./draft.ts";
import { type KeyOptions, settleKeys } from "./keys.ts";
import { wrongName } from "./name.ts";
import { addressIn, mustAsk, settleWay } from "./way.ts";

export interface NodeOptions extends KeyOptions {
	readonly url?: string;
	readonly ca?: string;
	readonly name?: string;
	/** Where this is the host of DSS. */
	readonly dataDir?: string;
	/** Of a Fleet Manager. */
	readonly tenant?: string;
}

/** A node that was tried, with what was found on it. */
export interface SettledNode {
	readonly discovery: Discovery;
	readonly apiKey?: SecretSource;
	readonly adminKey?: SecretSource;
	readonly ca?: string;
}

const DISCOVERY_MS = 60_000;

/**
 * Finds out which node is meant, tries address and keys at once, and asks again for what is wrong. Without a person it ends
 * with the first thing that is.
 */
export async function settleNode(options: NodeOptions, talk: Conversation | undefined, io: Io): Promise<SettledNode> {
	const wrong = options.name === undefined ? undefined : wrongName(options.name);
	if (wrong !== undefined) throw new UserError(`--name: ${wrong}`, EXIT.usage);
	const draft: Draft = {
		url: addressIn(options.url ?? (await mustAsk(talk, "Address of the DSS node"))),
		...(options.ca !== undefined && { ca: options.ca }),
		...(options.dataDir !== undefined && { dataDir: dataDirectory(options.dataDir) }),
		...(options.tenant !== undefined && { tenant: options.tenant }),
	};
	await settleWay(draft, talk, io);
	await settleKeys(draft, options, talk, io);
	io.terminal.progress?.("looking at what is on the node");
	const found = await discover(instanceOf(draft), around(draft, DISCOVERY_MS));
	io.terminal.progress?.("");
	const empty = emptyWords(found);
	if (empty !== undefined) throw new UserError(`${empty}\nNothing was written.`, EXIT.critical);
	if (talk) io.terminal.err(`${inWords(found)[0]}\n`);
	const name = options.name ?? (await askName(talk, roleLabel(found), io));
	const { apiKey, adminKey, ca } = draft;
	return {
		discovery: { ...found, instance: { ...found.instance, name } },
		...(apiKey && { apiKey }),
		...(adminKey && { adminKey }),
		...(ca !== undefined && { ca }),
	};
}

/** Why nothing can be watched on a node yet, if that is so: a configuration without a check would be none. */
export function emptyWords(found: Discovery): string | undefined {
	if (found.proposals.some(({ lacks }) => lacks === undefined)) return undefined;
	const missing = found.proposals.map(({ check, lacks }) => `\n  ${check} needs ${lacks}`).join("");
	const why = missing === "" ? "." : ` as it is:${missing}`;
	return `${inWords(found).join("\n")}\nNo check that comes with dss-probe works there${why}`;
}

async function askName(talk: Conversation | undefined, usual: string, io: Io): Promise<string> {
	for (;;) {
		const name = (await talk?.ask("Name for this node", { usual })) ?? usual;
		const wrong = talk && wrongName(name);
		if (wrong === undefined) return name;
		io.terminal.err(wrong);
	}
}
