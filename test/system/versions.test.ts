import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { loadConfig } from "../../src/config/load.ts";
import { formatProblems } from "../../src/config/problems.ts";
import { OFFERS, type Role } from "../../src/discover/roles.ts";
import { isAtLeast } from "../../src/dss/version.ts";
import { evaluate } from "../../src/evaluate/evaluate.ts";
import { probe } from "../../src/probe/probe.ts";
import { hasBackend, type NodeType } from "../../src/simulator/node-type.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { memoryDisk } from "../support/config.ts";
import { probeContext } from "../support/probe-context.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const ADMIN_KEY = "key-of-its-admin";
/** Of a Fleet Manager it is two words. */
const keyOf = (nodeType: NodeType) => (nodeType === "fleet-manager" ? "an-id:a-secret" : "key-of-the-node");

/** The last of each major version that anybody may still run, and the next one. */
const VERSIONS = ["9.0.7", "10.0.9", "11.3.2", "12.6.7", "13.5.6", "14.3.1", "15.0.0"];
const NODES: readonly (readonly [NodeType, Role])[] = [
	["design", "design"],
	["automation", "automation"],
	["deployer", "deployer"],
	["govern", "govern"],
	["api", "api"],
	["fleet-manager", "fleet-manager"],
];

/** Everything that the table offers for a node and that needs no machine of DSS. */
const offersFor = (role: Role) =>
	OFFERS.filter(({ roles, wants }) => roles.includes(role) && wants !== "host" && wants !== "folder");

/** What a check says at its first look at a node of that kind and version. */
async function verdicts(nodeType: NodeType, role: Role, version: string) {
	const KEY = keyOf(nodeType);
	const simulator = createSimulator({ apiKey: KEY, adminKey: ADMIN_KEY, clock: systemClock, version, nodeType });
	await using _closed = { [Symbol.asyncDispose]: () => simulator.close() };
	const { url } = await simulator.listen("127.0.0.1", 0);
	const file = join(ROOT, "piece.yaml");
	const uses = offersFor(role).map(({ check: use, with: given }) => ({ use, ...(given && { with: given }) }));
	const alerts = {
		instances: { node: { url, api_key: `\${KEY}`, admin_key: `\${ADMIN_KEY}` } },
		check_files: ["checks"],
		checks: uses,
		routes: [{ to: [] }],
	};
	const loaded = loadConfig(file, { env: { KEY, ADMIN_KEY }, disk: memoryDisk({ [file]: JSON.stringify(alerts) }) });
	if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
	return await Promise.all(
		loaded.config.checks.map(async ({ name, probe: options, instance, rules, timeoutMs }) => {
			const sample = await probe(options, probeContext(url, { instance, timeoutMs, clock: systemClock }));
			return { name, sample, verdict: evaluate(sample, rules, {}).verdict };
		}),
	);
}

/** API nodes and Fleet Managers tell no version, and answer alike in all. */
const versionsOf = (nodeType: NodeType) => (hasBackend(nodeType) ? VERSIONS : VERSIONS.slice(-1));

test.each(
	NODES.flatMap(([nodeType, role]) => versionsOf(nodeType).map((version) => [nodeType, version, role] as const)),
)(
	"every check on a node of type %s, DSS %s, is good, or unknown exactly where the table says that it is too old",
	async (nodeType, version, role) => {
		const since = new Map(offersFor(role).map((offer) => [offer.check, offer.since]));
		for (const { name, sample, verdict } of await verdicts(nodeType, role, version)) {
			const first = since.get(name);
			const said = `${name}: ${verdict.level}, ${verdict.summary}, ${verdict.failed.join("; ")}`;
			if (first === undefined || isAtLeast(version, first)) expect(verdict.level, said).toBe("ok");
			else {
				expect(verdict, said).toMatchObject({ level: "unknown", cause: { code: "unsupported" } });
				expect(sample.fault?.text, said).toBeDefined();
			}
		}
	},
	20_000,
);
