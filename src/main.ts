#!/usr/bin/env node
// The entry imports nothing at the top: an old Node has to get as far as the sentence below, and a Zabbix or Nagios check
// should not load what other verbs need.

/** Node's built-in SQLite and type stripping are needed. */
const OLDEST_NODE = 24;
/** What Zabbix asks several times a second. */
const QUESTIONS = /^(?:get|json|discover)$/;
const HELP = /^(?:--help|-h)$/;

/** UNKNOWN: what a plugin ends with where nothing can be said about DSS. */
const UNKNOWN = 3;

/**
 * Tells of a fault of dss-probe's own.
 *
 * @returns the exit code: never one that speaks of DSS, as Node's own 1 would
 */
let crashed = (error: unknown): number => {
	process.stderr.write(`dss-probe failed: ${error instanceof Error ? error.stack : error}\n`);
	return 70;
};

const [major] = process.versions.node.split(".").map(Number);
if ((major ?? 0) < OLDEST_NODE) {
	const text = `dss-probe needs Node ${OLDEST_NODE} or newer; this is Node ${process.versions.node}`;
	// Nagios reads stdout, and takes a code that it does not know for CRITICAL, which nothing of this says about DSS.
	const isPlugin = process.argv[2] === "nagios";
	if (isPlugin) process.stdout.write(`DSS UNKNOWN - ${text}\n`);
	else process.stderr.write(`${text}\n`);
	process.exitCode = isPlugin ? UNKNOWN : 69;
} else {
	process.on("uncaughtException", crash);
	const code = await main(process.argv.slice(2)).catch(crash);
	(await import("./cli/leave.ts")).leaveSoon(code);
}

/** Whatever may still be under way, such as a server that listens, does not hold the end up. */
function crash(error: unknown): never {
	process.exit(crashed(error));
}

async function main(args: readonly string[]): Promise<number> {
	const isHelp = args.some((word) => HELP.test(word));
	const isPlugin = args[0] === "nagios" && !isHelp && !args.some((word) => word.startsWith("--definitions"));
	const isQuestion = args[0] === "zabbix" && QUESTIONS.test(args[1] ?? "") && !isHelp;
	// Node keeps of each file the functions that the first run needed: what needs others has a folder of its own.
	keepCompiled(isPlugin ? "nagios" : isQuestion ? "questions" : "all");
	const onCrash = (tell: typeof crashed) => {
		crashed = tell;
	};
	if (isPlugin) {
		onCrash(pluginCrashed);
		const [{ nagios }, { leave }, { say }] = await Promise.all([
			import("./cli/nagios.ts"),
			import("./cli/leave.ts"),
			import("./cli/say.ts"),
		]);
		return await nagios(args.slice(1), { env: process.env, exit: leave, onCrash }, say);
	}
	if (isQuestion) {
		const [{ zabbix }, { leave }] = await Promise.all([import("./cli/zabbix.ts"), import("./cli/leave.ts")]);
		return await zabbix(args.slice(1), { env: process.env, exit: leave, onCrash });
	}
	// Files and names share Node's threads: reads from several dead file servers must leave some to look up names. Node looks at
	// this when the first of them is needed, and starts all of them: not worth it for one short question.
	process.env["UV_THREADPOOL_SIZE"] ??= "16";
	const { processIo } = await import("./cli/process-io.ts");
	const io = processIo(onCrash);
	const { runProgram } = await import("./cli/program.ts");
	return await runProgram(args, io);
}

/** Nagios is answered also where nothing could be loaded. */
function pluginCrashed(error: unknown): number {
	const [first = ""] = String(error).split("\n");
	process.stdout.write(`DSS UNKNOWN - dss-probe failed: ${first.replaceAll("|", "/")}\n`);
	return UNKNOWN;
}

/**
 * Lets Node keep compiled code, so that the next start is quicker. It lies in the folder for temporary files, because a
 * service often has no home, and is used only where nobody else could have put something into it. Where that cannot be had
 * the program works without.
 */
function keepCompiled(name: string): void {
	const { mkdirSync, lstatSync } = process.getBuiltinModule("node:fs");
	const uid = process.getuid?.();
	const folder = `${process.getBuiltinModule("node:os").tmpdir()}/dss-probe-${uid ?? "cache"}`;
	try {
		// Fails where it is there already, as it mostly is. What counts is whose it is.
		mkdirSync(folder, { mode: 0o700 });
	} catch {}
	try {
		const found = lstatSync(folder);
		const isOurs = uid === undefined || (found.uid === uid && (found.mode & 0o077) === 0);
		if (found.isDirectory() && isOurs) process.getBuiltinModule("node:module").enableCompileCache(`${folder}/${name}`);
	} catch {
		// A read-only disk, or none at all.
	}
}

export {};
