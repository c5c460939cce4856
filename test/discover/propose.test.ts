import { expect, test } from "vitest";
import { type Known, propose } from "../../src/discover/propose.ts";
import type { KeyFound } from "../../src/discover/rights.ts";

const own: KeyFound = { is: "accepted", whose: "api:canary", isAdmin: false };
const admin: KeyFound = { is: "accepted", whose: "api:admin", isAdmin: true };
const refused: KeyFound = { is: "refused", fault: { code: "key_rejected", text: "Unknown API Key" } };
const design = { is: "node", role: "design", version: "14.3.1", apiPrefix: "/public/api" } as const;
const good: Known = {
	node: design,
	keys: { own, admin },
	contents: { projects: ["DKU_MONITORING"], listLatency: 0.2 },
	hasDataDir: false,
	hasKey: true,
};

const lack = (check: string, changes: Partial<Known>) =>
	propose({ ...good, ...changes }).find((one) => one.check === check)?.lacks;

test.each<[string, Partial<Known>, string | undefined]>([
	["public-api", {}, undefined],
	["public-api", { keys: { own: { is: "missing" }, admin } }, "a key: set api_key of the instance"],
	["public-api", { keys: { own: refused, admin } }, "another key: Unknown API Key"],
	["licence", {}, undefined],
	["licence", { keys: { own, admin: own } }, "admin rights, which the key of api:canary lacks"],
	["licence", { keys: { own, admin: { ...admin, isAdmin: undefined } } }, undefined],
	["footprint", { node: { ...design, version: "14.1.9" } }, "DSS 14.2: this one is 14.1.9"],
	["footprint", { node: { ...design, version: "14.10.0" } }, undefined],
	["canary-job", {}, undefined],
	["canary-job", { contents: { projects: ["SALES"] } }, "the project DKU_MONITORING"],
	["host-disk", {}, "to run on the host of DSS"],
	["host-disk", { hasDataDir: true }, undefined],
])("%s with %j needs %s", (check, changes, wanted) => {
	const found = lack(check, changes);
	if (wanted === undefined) expect(found).toBeUndefined();
	else expect(found).toContain(wanted);
});

test.each([
	["design", undefined],
	["govern", { file: "run/governserver.log" }],
	["api", { file: "run/apimain.log" }],
] as const)("on the host of a node of kind %s its own log is read", (role, given) => {
	const offered = propose({ ...good, node: { ...design, role }, hasDataDir: true });
	const log = offered.find(({ check }) => check === "host-log");
	expect(log).toBeDefined();
	expect([log?.lacks, log?.with]).toEqual([undefined, given]);
	expect(offered.map(({ check }) => check)).toContain("host-processes");
});

test("limits grow with a node that is slow by nature, and only then", () => {
	const limitsOf = (seen: number) =>
		propose({ ...good, contents: { ...good.contents, listLatency: seen } }).find(({ check }) => check === "public-api")
			?.limits;
	expect(limitsOf(1.25)).toBeUndefined();
	expect(limitsOf(3)).toEqual({
		timeout: "20s",
		thresholds: { latency: { warning: "12s", critical: "18s", recover: "9s" } },
	});
	expect(limitsOf(9.5)).toEqual({
		every: "2m",
		timeout: "63s",
		thresholds: { latency: { warning: "38s", critical: "57s", recover: "29s" } },
	});
});

test("behind a page in front the checks of a DSS are proposed, elsewhere none", () => {
	const fault = { code: "backend_down", text: "HTTP 502" } as const;
	const checks = (is: "hidden" | "stranger" | "unreachable") =>
		propose({ ...good, node: { is, fault } }).map(({ check }) => check);
	expect(checks("hidden")).toContain("get-configuration");
	expect([...checks("stranger"), ...checks("unreachable")]).toEqual([]);
	const hidden = { node: { is: "hidden", fault }, keys: { own: { is: "missing" }, admin: { is: "missing" } } } as const;
	expect(lack("get-configuration", hidden)).toBeUndefined();
	expect(lack("public-api", hidden)).toBe("an answer of the node itself, which tells what its key may do: HTTP 502");
	expect(lack("public-api", { ...hidden, hasKey: false })).toBe("a key: set api_key of the instance");
});
