import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { evaluate } from "../../../src/evaluate/evaluate.ts";
import { probe } from "../../../src/probe/probe.ts";
import { createSimulator } from "../../../src/simulator/simulator.ts";
import { memoryDisk } from "../../support/config.ts";
import { probeContext } from "../../support/probe-context.ts";

const CHECKS = resolve(import.meta.dirname, "../../../checks");
const [KEY, ADMIN_KEY] = ["key-of-the-simulated-node", "key-of-its-admin"];

/** Runs one shipped check against a simulated node, and judges what it saw. */
async function lookWith(name: string, version: string) {
	const simulator = createSimulator({ apiKey: KEY, adminKey: ADMIN_KEY, clock: systemClock, version });
	onTestFinished(() => simulator.close());
	const { url } = await simulator.listen("127.0.0.1", 0);
	const file = join(CHECKS, "shipped.yaml");
	const text = `instances: { dss: { url: "${url}", api_key: "\${KEY}", admin_key: "\${ADMIN_KEY}" } }\ncheck_files: [${name}.yaml]\nchecks: [${name}]\nroutes: [{ to: [] }]\n`;
	const loaded = loadConfig(file, { env: { KEY, ADMIN_KEY }, disk: memoryDisk({ [file]: text }) });
	if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
	const [check] = loaded.config.checks;
	if (!check) throw new Error("the check is not there");
	const sample = await probe(check.probe, probeContext(url, { instance: check.instance }));
	return { sample, verdict: evaluate(sample, check.rules, {}).verdict };
}

test.each([
	["dss-metrics", { heap: 0.5, heap_max: 8_589_934_592, jobs_running: 0, has_heap: true, targets_up: 1 }],
	["internal-metrics", { heap: 0.5, heap_max: 8_589_934_592, jobs_running: 0, has_heap: true, targets_up: 1 }],
	["unified-monitoring", { projects: 0, endpoints: 0, has_projects: true, has_endpoints: true }],
])("%s is good on a node of today", async (name, values) => {
	const { sample, verdict } = await lookWith(name, "14.3.1");
	expect(verdict).toMatchObject({ level: "ok", failed: [] });
	expect(sample.values).toMatchObject(values);
});

test.each(["dss-metrics", "unified-monitoring"])("%s is unknown on a node that is too old for it", async (name) => {
	const { verdict } = await lookWith(name, "13.0.0");
	expect(verdict).toMatchObject({ level: "unknown", cause: { code: "unsupported" } });
});
