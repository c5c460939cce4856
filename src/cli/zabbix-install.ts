import {
	chmodSync,
	existsSync,
	readFileSync,
	realpathSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { systemClock } from "../clock.ts";
import { loadConfig } from "../config/load.ts";
import { type ScriptsFolder, scriptsFoldersOf, ZABBIX_SETTINGS } from "../examine/zabbix-settings.ts";
import { guessSocket } from "./answers-socket.ts";
import { configFile } from "./config-file.ts";
import { EXIT, UserError } from "./exit.ts";
import type { Io, Verb } from "./io.ts";
import { barrierTo, type Ran, runLikeZabbix, type User, userNamed } from "./other-user.ts";
import { isWrapper, quoted, type Wrapped, wrapperText } from "./wrapper.ts";

export interface InstallOptions {
	readonly dir?: string;
	readonly config?: string;
	readonly socket?: string;
	readonly name: string;
	readonly user: string;
	readonly remove?: boolean;
}

/** What Zabbix takes for the name of an external script. */
const SCRIPT_NAME = /^[0-9A-Za-z_.-]+$/;
/** Zabbix's own limit for a script, unless it is told otherwise. */
const LIMIT_MS = 3_000;
const MODE = 0o755;
/** What is said of a check that nobody has looked at. */
const NOT_SAMPLED = "not sampled yet";
/** What counts here of the answer to `json`. */
interface Told {
	readonly probe: number;
	readonly error: string;
	readonly checks: readonly { readonly phase: string; readonly age: number }[];
}
/** Of an answer, for a person. */
const SHOWN = 60;

/**
 * `zabbix install`: puts a script into Zabbix's ExternalScripts that asks this very program, then tries it as Zabbix would and
 * says which item keys to use. Ends with 1 where an answer was not good.
 */
export const zabbixInstall: Verb<InstallOptions> = async (options, io) => {
	if (!SCRIPT_NAME.test(options.name))
		throw new UserError(`--name: Zabbix takes letters, digits, _ . - only`, EXIT.usage);
	const { folder, namedIn } = scriptsFolder(options.dir);
	const path = join(folder, options.name);
	const before = existsSync(path) ? readFileSync(path, "utf8") : undefined;
	if (before !== undefined && !isWrapper(before)) {
		throw new UserError(`${path} was not made by dss-probe; it is left as it is`, EXIT.unavailable);
	}
	if (options.remove) return remove(path, before, io);

	const wrapped = { node: process.execPath, program: realpathSync(process.argv[1] ?? ""), ...sources(options, io) };
	write(path, wrapperText(wrapped));
	io.terminal.out(`${before === undefined ? "made" : "made anew"}: ${path}`);
	if (namedIn === undefined) {
		io.terminal.out("  Zabbix's configuration names no ExternalScripts: this is the usual folder; --dir names another");
	}
	const user = whoTries(options.user, io);
	const barriers = user ? barriersFor(user, wrapped, path) : [];
	for (const barrier of barriers) io.terminal.err(`warning: ${barrier}`);
	return await tryOut(path, options.name, user, io);
};

function remove(path: string, before: string | undefined, io: Io): number {
	if (before === undefined) throw new UserError(`there is no ${path}`, EXIT.unavailable);
	rmSync(path);
	io.terminal.out(`removed: ${path}`);
	return EXIT.ok;
}

function scriptsFolder(given: string | undefined): ScriptsFolder {
	const found = given === undefined ? scriptsFoldersOf()[0] : { folder: given, namedIn: "--dir" };
	if (found === undefined) {
		const hint = `no ${ZABBIX_SETTINGS.slice(0, 2).join(" or ")} names ExternalScripts, and no usual folder is there: make the one that your Zabbix takes (Debian's: /etc/zabbix/externalscripts), or give it with --dir`;
		throw new UserError(hint, EXIT.usage);
	}
	const { folder } = found;
	if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
		throw new UserError(`there is no folder ${folder}`, EXIT.unavailable);
	}
	return { ...found, folder: resolve(folder) };
}

/** Where the script finds its answers: the daemon's socket, and the configuration for a look of its own. */
function sources({ config, socket }: InstallOptions, io: Io): Pick<Wrapped, "config" | "socket"> {
	const named = socket ?? io.env["DSS_PROBE_SOCKET"];
	const file = resolve(configFile(config, io.env));
	const isGiven = config !== undefined || io.env["DSS_PROBE_CONFIG"] !== undefined;
	if (!existsSync(file)) {
		if (isGiven) throw new UserError(`there is no configuration ${file}`, EXIT.usage);
		if (named === undefined)
			throw new UserError("give the configuration with --config, or the socket with --socket", EXIT.usage);
		return { socket: resolve(named) };
	}
	if (named !== undefined) return { config: file, socket: resolve(named) };
	const loaded = loadConfig(file, { env: io.env });
	// The variables of the daemon may be missing here; where it listens can be seen without them.
	const configured = loaded.ok ? loaded.config.answers.socket : guessSocket(file, io.env);
	return { config: file, socket: configured === undefined ? undefined : resolve(configured) };
}

/** Whole or not at all: Zabbix may start it at any moment. */
function write(path: string, text: string): void {
	const draft = `${path}.new`;
	try {
		writeFileSync(draft, text);
		// Whatever the umask of whoever installs: Zabbix is another user.
		chmodSync(draft, MODE);
		renameSync(draft, path);
	} catch (error) {
		rmSync(draft, { force: true });
		throw new UserError(`${path} cannot be written: ${(error as Error).message}`, EXIT.unavailable);
	}
}

/** Only root can be somebody else. */
function whoTries(name: string, io: Io): User | undefined {
	const user = userNamed(name);
	if (user === undefined) {
		io.terminal.err(`warning: there is no user ${name} here; tried as you. Name Zabbix's user with --user`);
		return undefined;
	}
	if (process.getuid?.() === user.uid) return undefined;
	if (process.getuid?.() === 0) return user;
	io.terminal.err(`warning: tried as you, not as ${name}: only root can do that (sudo)`);
	return undefined;
}

function barriersFor(user: User, { node, program }: Wrapped, path: string): readonly string[] {
	return [path, node, program].flatMap((file) => {
		const barrier = barrierTo(file, user);
		return barrier === undefined
			? []
			: [`${barrier}: install ${file === path ? "the script" : file} elsewhere, such as under /opt`];
	});
}

async function tryOut(path: string, name: string, user: User | undefined, io: Io): Promise<number> {
	const ask = async (...args: readonly string[]): Promise<Ran> =>
		await runLikeZabbix(path, args, { user, timeoutMs: LIMIT_MS, now: systemClock.monotonic });
	const tried: { readonly key: string; readonly ran: Ran; readonly why: string | undefined }[] = [];
	const attempt = async (...args: readonly string[]): Promise<string> => {
		const ran = await ask(...args);
		tried.push({ key: itemKey(name, args), ran, why: wrongWith(ran, args[0] ?? "") });
		return ran.stdout;
	};
	const row = firstRow(await attempt("discover"));
	if (row) {
		await attempt("json", row.instance);
		await attempt("get", row.instance, row.check);
		await attempt("get", row.instance, row.check, "summary");
	}
	const { out } = io.terminal;
	const told = tried.map(({ ran }) => toldIn(ran.stdout)).filter((one) => one !== undefined);
	const isNew = told.some(({ error }) => error === NOT_SAMPLED);
	// A daemon that has looked knows where the alert is.
	const isByItself = told.some(({ checks }) => checks.some(({ phase, age }) => phase === "" && age >= 0));
	out(`\ntried as ${user?.name ?? "you"}, with the environment of Zabbix's server:`);
	for (const { key, ran, why } of tried) {
		out(
			`  ${key}\n    ${cut(ran.stdout.trim())}  (${Math.round(ran.ms)} ms)${why === undefined ? "" : `\n    not good: ${why}`}`,
		);
	}
	if (isNew) out("  the daemon answers, and has not looked at everything yet: its values come with its first looks");
	if (isByItself) {
		const who = user?.name ?? "zabbix";
		out(
			`  no daemon answered, so each looked for itself. A daemon answers others with answers: { group: ${who} } in its configuration`,
		);
	}
	out(`\nitem keys (type External check):\n${KEYS.map((words) => `  ${itemKey(name, words)}`).join("\n")}`);
	out(`\nby hand: sudo -u zabbix ${quoted(path)} discover`);
	return tried.every(({ why }) => why === undefined) ? EXIT.ok : EXIT.warning;
}

const KEYS = [
	["json", "{HOST.HOST}"],
	["discover", "{HOST.HOST}"],
	["get", "{HOST.HOST}", "{#CHECK}"],
	["get", "{HOST.HOST}", "{#CHECK}", "summary"],
] as const;

function itemKey(name: string, words: readonly string[]): string {
	return `${name}[${words.map((word) => (/^[\w.-]+$/.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`)).join(",")}]`;
}

/** Why an answer would not do in Zabbix, if it would not. */
function wrongWith({ stdout, stderr, isLate }: Ran, verb: string): string | undefined {
	if (isLate) return `no answer within Zabbix's ${LIMIT_MS / 1_000} s`;
	if (stderr !== "") return `it says on stderr: ${cut(stderr.trim())}`;
	if (!/^[^\n]*\n$/.test(stdout)) return "it is not one line";
	if (stdout.startsWith("dss-probe: ")) return cut(stdout.slice("dss-probe: ".length).trim(), 2_000);
	if (verb === "json") {
		const told = toldIn(stdout);
		if (!told) return "it is not what dss-probe answers to json";
		return told.probe === 1 || told.error === NOT_SAMPLED ? undefined : told.error;
	}
	return undefined;
}

/** An answer to `json`; undefined where it is something else, whatever that is. */
function toldIn(text: string): Told | undefined {
	try {
		const told = JSON.parse(text) as Partial<Told> | null;
		return told && "probe" in told && typeof told.error === "string" && Array.isArray(told.checks)
			? (told as Told)
			: undefined;
	} catch {
		return undefined;
	}
}

function firstRow(text: string): { readonly instance: string; readonly check: string } | undefined {
	try {
		const [row] = JSON.parse(text) as readonly Readonly<Record<string, string>>[];
		return row && { instance: row["{#INSTANCE}"] ?? "", check: row["{#CHECK}"] ?? "" };
	} catch {
		return undefined;
	}
}

function cut(text: string, longest = SHOWN): string {
	return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
