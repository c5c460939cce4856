import { createServer } from "node:net";
import { basename, dirname, join, relative, resolve } from "node:path";
import { realDisk } from "../../config/disk.ts";
import { envFileOf } from "../../config/env-file.ts";
import { loadConfig } from "../../config/load.ts";
import { formatProblems } from "../../config/problems.ts";
import { shippedChecks } from "../../config/shipped.ts";
import { formatDuration } from "../../model/duration.ts";
import { type Conversation, Interrupted } from "../conversation.ts";
import { EXIT, UserError } from "../exit.ts";
import type { Io, Verb } from "../io.ts";
import { paintOf, requireConfig } from "../source.ts";
import { table } from "../terminal.ts";
import { testNotify } from "../test-notify.ts";
import { rowsOf } from "../validate.ts";
import { type ChannelChoices, settleChannels } from "./channels.ts";
import { type Draft, refusePlace, textIfThere, writeAll } from "./files.ts";
import { nextLines, programName } from "./next.ts";
import { type NodeOptions, settleNode } from "./node.ts";
import { keptVariables, type Plan } from "./plan.ts";
import { alertsText, envText } from "./text.ts";

export interface InitOptions extends NodeOptions, ChannelChoices {
	readonly file: string;
	readonly listen: string;
	readonly dryRun?: boolean;
	readonly force?: boolean;
	readonly yes?: boolean;
}

/** The shell's own word for a program that was ended by Ctrl-C. */
const INTERRUPTED = 130;

/**
 * `init`: asks for one DSS node and for who is told, tries both, and writes a configuration that is in order, with its secrets in
 * a file of their own.
 *
 * @returns 0; 2 where the node, a key or the test message failed; 130 where the person left
 */
export const init: Verb<InitOptions> = async (options, io) => {
	const leave = () => io.exit(INTERRUPTED);
	const undo = [io.onSignal("SIGINT", leave), io.onSignal("SIGTERM", leave)];
	const talk = options.yes ? undefined : await io.converse?.();
	try {
		return await settle(options, talk, io);
	} catch (error) {
		if (!(error instanceof Interrupted)) throw error;
		io.terminal.err("Nothing was written.");
		return INTERRUPTED;
	} finally {
		talk?.close();
		for (const one of undo) one();
	}
};

async function settle(options: InitOptions, talk: Conversation | undefined, io: Io): Promise<number> {
	const { file, dryRun, force } = options;
	if (!talk && options.url === undefined) throw new UserError(USAGE, EXIT.usage);
	const mayReplace = dryRun || force;
	if (talk) io.terminal.err(GREETING);
	if (!dryRun) refusePlace(file);
	if (!mayReplace && textIfThere(file) !== undefined)
		await mayOverwrite(`${file} is there already: replace it?`, talk, "n");

	const node = await settleNode(options, talk, io);
	const channels = await settleChannels(options, talk, io);
	const envFile = envFileOf(file);
	const listen = await freeAddress(options.listen);
	if (listen === undefined)
		io.terminal.err(`${options.listen} is taken: the configuration gets no status page (--listen).`);
	const schema = schemaFor(file);
	const plan: Plan = {
		...node,
		channels,
		store: storeFor(file),
		...(listen !== undefined && { listen }),
		...(schema !== undefined && { schema }),
		envName: basename(envFile),
		program: programName(io.env),
	};
	const text = alertsText(plan);
	const before = textIfThere(envFile);
	const variables = keptVariables(plan);
	const environment = variables.length > 0 ? envText(plan, before) : undefined;
	refuseWrong(file, text, environment, io);
	if (dryRun) {
		io.terminal.out(text.trimEnd());
		const names = variables.map(({ name }) => name).join(", ");
		if (names !== "") io.terminal.err(`${envFile} would keep: ${names}. Nothing was written.`);
		return EXIT.ok;
	}
	const drafts: Draft[] = [{ path: file, text, mode: 0o644 }];
	if (environment !== undefined && environment !== before) {
		if (before !== undefined && !force) {
			const names = variables.map(({ name }) => name).join(", ");
			await mayOverwrite(`${envFile} is there already: put ${names} into it, and leave the rest?`, talk, "y");
		}
		// First: a configuration without its secrets would be half of one.
		drafts.unshift({ path: envFile, text: environment, mode: 0o600 });
	}
	const written = writeAll(drafts).map(({ path, mode }) => `${path} (mode ${mode.toString(8).padStart(4, "0")})`);
	io.terminal.out(`Written: ${written.reverse().join(", ")}.\n`);
	return await finish(plan, file, options, talk, io);
}

/** Judges what was written, tries the channels, and says how to go on. */
async function finish(
	plan: Plan,
	file: string,
	options: InitOptions,
	talk: Conversation | undefined,
	io: Io,
): Promise<number> {
	const { terminal } = io;
	const rows = rowsOf(requireConfig(file, io));
	terminal.out(
		table(
			terminal,
			["CHECK", "LOOKS", "OUTAGE TO PAGE"],
			rows.map(({ key, when, outageToPageMs }) => [
				{ text: key, style: "strong" },
				{ text: when },
				{ text: `at most ${formatDuration(outageToPageMs)}` },
			]),
		),
	);
	let code: number = EXIT.ok;
	const isWanted = async () => options.yes || (talk && (await agrees(talk, "\nSend a test message now?", "y")));
	if (plan.channels.length > 0 && (await isWanted())) {
		terminal.out("");
		code = await testNotify({ config: file, channels: [] }, io);
	}
	terminal.out(`\n${nextLines(plan, file)}`);
	return code;
}

const GREETING = `One DSS node and who is told of it: each answer is tried at once.
Nothing is written before the end; Ctrl-C leaves.
`;

const USAGE = `init asks its questions on a terminal, and there is none. Give the answers:
  --url ADDRESS                                  of the DSS node
  --key-from NAME|file:/path                     its API key: a variable or a file
  --webhook-url-from, --slack-url-from NAME|file:/path
  --mail-to ADDRESSES --smtp-from smtp://HOST    who is told
  --yes                                          also sends a test message
dss-probe init --help lists all of them.`;

async function agrees(talk: Conversation, question: string, usual: "y" | "n"): Promise<boolean> {
	for (;;) {
		const answer = (await talk.ask(`${question} y/n`, { usual })).toLowerCase();
		if (/^(?:y|yes|n|no)$/.test(answer)) return answer.startsWith("y");
	}
}

/** @throws UserError where that is not wanted */
async function mayOverwrite(question: string, talk: Conversation | undefined, usual: "y" | "n"): Promise<void> {
	if (talk && (await agrees(talk, question, usual))) return;
	const why = talk ? "" : `${question.replace(/:.*/, "")}; --force allows to change it. `;
	throw new UserError(`${why}Nothing was written.`, EXIT.unavailable);
}

/** What is to be written is read as the daemon would read it, before any of it is there. */
function refuseWrong(file: string, text: string, environment: string | undefined, io: Io): void {
	const drafts = new Map([
		[file, text],
		...(environment === undefined ? [] : [[envFileOf(file), environment] as const]),
	]);
	const disk = { ...realDisk, readText: (path: string) => drafts.get(path) ?? realDisk.readText(path) };
	const loaded = loadConfig(file, { env: io.env, disk });
	if (loaded.ok) return;
	throw new UserError(`${formatProblems(loaded.problems, paintOf(io.terminal))}\nNothing was written.`, EXIT.config);
}

/** A configuration in /etc has its memory where services have theirs. */
function storeFor(file: string): string {
	return resolve(file).startsWith("/etc/") ? "/var/lib/dss-probe/dss-probe.db" : "data/dss-probe.db";
}

/** The schema beside the shipped checks; by a relative path within a clone. */
function schemaFor(file: string): string | undefined {
	const checks = shippedChecks();
	if (checks === undefined) return undefined;
	const root = dirname(checks);
	const schema = join(root, "schema/alerts.schema.json");
	if (textIfThere(schema) === undefined) return undefined;
	const folder = dirname(resolve(file));
	return folder === root || folder.startsWith(`${root}/`) ? relative(folder, schema) : schema;
}

/** The address, where somebody else does not listen there. */
function freeAddress(listen: string): Promise<string | undefined> {
	const { promise, resolve: done } = Promise.withResolvers<string | undefined>();
	const at = listen.lastIndexOf(":");
	const server = createServer();
	// An address that is none is told by the configuration itself.
	server.once("error", (error: NodeJS.ErrnoException) => done(error.code === "EADDRINUSE" ? undefined : listen));
	try {
		server.listen(Number(listen.slice(at + 1)), listen.slice(0, at).replace(/^\[|\]$/g, ""), () => {
			server.close(() => done(listen));
		});
	} catch {
		done(listen);
	}
	return promise;
}
