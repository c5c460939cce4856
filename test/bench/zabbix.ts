import { execFile } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { atMost, type Benchmark, type Figure, median, milliseconds, notMeasured, times } from "./figure.ts";
import { openTarget } from "./target.ts";

const run = promisify(execFile);

/** One external check as a whole process, against the bare start of the same Node and against Python doing the same. */
export const zabbix: Benchmark = async ({ isQuick, main, folder }) => {
	const target = await openTarget();
	cpSync(resolve(import.meta.dirname, "../../checks"), join(folder, "checks"), { recursive: true });
	const config = join(folder, "zabbix.yaml");
	writeFileSync(
		config,
		`instances: { design: { url: "${target.url}" } }
checks: [get-configuration]
channels: { ops: { type: email, smtp: "smtp://127.0.0.1:25", from: a@x.test, to: [b@x.test] } }
routes: [{ to: [ops] }]
store: zabbix.db
`,
	);
	const get = "import sys, requests; sys.stdout.write(str(requests.get(sys.argv[1], timeout=2).json()))";
	const commands: Record<string, readonly string[]> = {
		node: [process.execPath, "-e", "0"],
		probe: [process.execPath, main, "zabbix", "get", "design", "get-configuration", "-c", config],
		python: ["python3", "-c", get, target.url],
	};
	const took: Record<string, number[]> = { node: [], probe: [], python: [] };
	const broken = new Set<string>();
	// Interleaved, so that a busy moment of the machine hits all alike; the first round only warms up.
	for (let round = 0; round <= (isQuick ? 11 : 41); round++) {
		for (const [name, [file = "", ...args]] of Object.entries(commands)) {
			if (broken.has(name)) continue;
			const start = performance.now();
			const { stdout } = await run(file, args, { env: { PATH: process.env["PATH"] } }).catch(() => ({ stdout: "?" }));
			if (stdout === "?" || (name === "probe" && stdout !== "0\n")) broken.add(name);
			if (round > 0) took[name]?.push(performance.now() - start);
		}
	}
	await target.close();
	if (broken.has("probe")) throw new Error("zabbix get did not answer 0");
	const [node = 0, probe = 0, python = 0] = ["node", "probe", "python"].map((name) => median(took[name] ?? []));
	const against: Figure = broken.has("python")
		? notMeasured("zabbix get against Python's requests doing the same", "python3-requests is missing")
		: { what: "zabbix get against Python's requests doing the same", value: times(probe / python) };
	return [
		{ what: "bare start of Node (node -e 0)", value: milliseconds(node) },
		{ what: "zabbix get that probes by itself, whole process", value: milliseconds(probe) },
		atMost("zabbix get against the bare start of Node", probe / node, 3, times),
		against,
	];
};
