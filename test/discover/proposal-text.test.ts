import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { formatProblems } from "../../src/config/problems.ts";
import { readYaml } from "../../src/config/yaml.ts";
import type { Discovery } from "../../src/discover/discover.ts";
import { proposalText } from "../../src/discover/proposal-text.ts";
import { propose } from "../../src/discover/propose.ts";
import { Secret } from "../../src/model/secret.ts";
import { NODE_TYPES } from "../../src/simulator/node-type.ts";
import { memoryDisk } from "../support/config.ts";
import { discovered, discoveredWithoutKey } from "../support/discovery.ts";
import { ADMIN_KEY, PLAIN_KEY, simulatedNode } from "../support/simulator.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const KEYS = { apiKey: `\${KEY}`, adminKey: `\${ADMIN_KEY}` };

/** The names of the checks that run with a piece, after it was read as a whole configuration in an empty folder. */
function checksOf(text: string, file = "/somewhere/alerts.yaml"): readonly string[] {
	const disk = memoryDisk({ [file]: `${text}\nroutes: [{ to: [] }]\n` });
	const shipped = () => join(ROOT, "checks");
	const loaded = loadConfig(file, { env: { KEY: PLAIN_KEY, ADMIN_KEY }, disk: { ...disk, shipped } });
	if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
	expect(formatProblems(loaded.config.warnings)).toBe("");
	return loaded.config.checks.map(({ name }) => name);
}

/** What stands there as a comment only, made to stand there. */
const uncommented = (text: string) => text.replaceAll(/^ {2}# (?=-| )/gm, "  ");

const withHost = (found: Discovery): Discovery => ({ ...found, instance: { ...found.instance, dataDir: "/data/dss" } });

test.each(NODE_TYPES)("the piece for a node of type %s is in order, and with its comments too", async (nodeType) => {
	await using node = await simulatedNode({ nodeType, apiKey: "an-id:a-secret" });
	const found = await discovered(node.url, { apiKey: new Secret("an-id:a-secret") });
	const text = proposalText(found, KEYS);
	expect(checksOf(text)).toEqual(found.proposals.flatMap(({ check, lacks }) => (lacks === undefined ? [check] : [])));
	expect(text).not.toContain("a-secret");
	const all = uncommented(proposalText(withHost(found), KEYS));
	expect(checksOf(all)).toEqual(found.proposals.map(({ check }) => check));
});

test("every check stands below its reason, and what it needs", async () => {
	await using node = await simulatedNode({ version: "13.0.0" });
	const text = proposalText(await discovered(node.url, { apiPrefix: "/dip/publicapi" }), KEYS);
	expect(text).toContain("    api_prefix: /dip/publicapi\n");
	expect(text).toContain("  # The key is good and the API answers.\n  - use: public-api\n    on: { role: design }\n");
	expect(text).toContain(
		"  # What fills the data directory, and how fast. Needs DSS 14.2: this one is 13.0.0.\n  # - use: footprint\n",
	);
});

test("without a key only what needs none stands there, and what the key is for", async () => {
	await using node = await simulatedNode();
	const text = proposalText(await discoveredWithoutKey(node.url), {});
	expect(checksOf(text)).toEqual(["get-configuration"]);
	expect(text).toContain("Needs a key: set api_key of the instance.");
	expect(text).toContain("Needs a key with admin rights: set admin_key of the instance.");
});

test("for an instance of the configuration only its checks are told, by its name", async () => {
	await using node = await simulatedNode();
	const found = await discovered(node.url);
	const text = proposalText(found, undefined);
	expect(text).not.toMatch(/^instances:/m);
	expect(text).toContain("- use: public-api\n    on: { instance: design }\n");
	const own = `instances: { design: { url: "${node.url}", api_key: "\${KEY}", admin_key: "\${ADMIN_KEY}", labels: { role: mine } } }\n`;
	expect(checksOf(own + text)).toContain("public-api");
});

test("limits of a slow node are in order, with a timeout and an interval that leave room for them", async () => {
	await using node = await simulatedNode();
	const found = await discovered(node.url);
	const slow = { ...found, node: { ...found.node, latency: 9 }, contents: { ...found.contents, listLatency: 9 } };
	const proposals = propose({ ...slow, hasDataDir: false, hasKey: true });
	expect(checksOf(proposalText({ ...slow, proposals }, KEYS))).toContain("get-configuration");
});

test("where nothing works there is an empty list and no mistake", async () => {
	await using node = await simulatedNode();
	await node.simulator.faults.set({ fault: "login_page", path: "/dip/api" });
	const found = await discovered(node.url);
	const text = proposalText({ ...found, proposals: [{ check: "public-api", why: "a: b", lacks: "it" }] }, KEYS);
	expect(readYaml(text, "piece.yaml").data).toMatchObject({ checks: [] });
});
