#!/usr/bin/env node
// The entry imports nothing at the top: an old Node has to get as far as the sentence below, and a Zabbix check should
// not load what other verbs need.

/** Node's built-in SQLite and type stripping are needed. */
const OLDEST_NODE = 24;

const [major] = process.versions.node.split(".").map(Number);
if ((major ?? 0) < OLDEST_NODE) {
	process.stderr.write(`dss-probe needs Node ${OLDEST_NODE} or newer; this is Node ${process.versions.node}\n`);
	process.exitCode = 69;
} else {
	process.exitCode = await main(process.argv.slice(2));
}

async function main(args: readonly string[]): Promise<number> {
	const { processIo } = await import("./cli/process-io.ts");
	const io = processIo();
	if (args[0] === "zabbix" && args[1] === "get" && !args.includes("--help") && !args.includes("-h")) {
		const { zabbixGet } = await import("./cli/zabbix.ts");
		return await zabbixGet(args.slice(2), io);
	}
	const { runProgram } = await import("./cli/program.ts");
	return await runProgram(args, io);
}

export {};
