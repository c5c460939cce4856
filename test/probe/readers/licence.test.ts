import { expect, test } from "vitest";
import { Secret } from "../../../src/model/secret.ts";
import { kinds } from "../../../src/probe/probe.ts";
import { answer, faultServer } from "../../support/fault-server.ts";
import { makeInstance } from "../../support/instance.ts";
import { lookAt } from "../../support/look.ts";
import { probeContext } from "../../support/probe-context.ts";
import { PLAIN_KEY, simulatedNode } from "../../support/simulator.ts";

const LICENCE = { kind: "dss-licence" } as const;
const api = { "content-type": "application/json", "dss-version": "14.3.1" };

async function read(status: object) {
	await using server = await faultServer(answer("200 OK", JSON.stringify(status), api));
	return await kinds["dss-licence"].measure(LICENCE, probeContext(server.url));
}

test("days and seats are told, and the same in words", async () => {
	await using node = await simulatedNode();
	await node.simulator.faults.set({ fault: "licence_expiring", days: 12 });
	const { values, facts, seen, fault } = await lookAt(node, LICENCE);
	expect(fault).toBeUndefined();
	expect(values).toMatchObject({ valid: true, over_quota: 0, dss_version: "14.3.1" });
	expect(values["days_left"]).toBeCloseTo(12, 3);
	expect(values["seats_used"]).toBeGreaterThan(0);
	expect(seen).toMatch(/^licence STANDARD valid, ends in (?:11|12) days, [A-Z]+ \d+ of \d+ seats$/);
	expect(facts?.["profiles"]).toContainEqual(expect.objectContaining({ profile: "DESIGNER", seats: 30 }));
	expect(Object.keys(values).filter((name) => !(name in kinds["dss-licence"].values))).toEqual([]);
});

test("an expired licence and seats over quota are seen", async () => {
	await using node = await simulatedNode();
	await node.simulator.faults.set({ fault: "licence_expired", days: 3 });
	await node.simulator.faults.set({ fault: "licence_over_quota", profile: "READER", by: 4 });
	const { values, seen } = await lookAt(node, LICENCE);
	expect(values).toMatchObject({ valid: false, over_quota: 4, profile: "READER" });
	expect(values["days_left"]).toBeCloseTo(-3, 3);
	expect(values["seats_used"]).toBeCloseTo(1.04, 5);
	expect(seen).toContain("licence STANDARD not valid, ended 3 days ago, READER 104 of 100 seats");
});

test("a licence that never ends and seats without limit have no numbers that could alarm", async () => {
	const { values, seen } = await read({
		base: { valid: true, expired: false, expiresOn: 0 },
		limits: { profileLimits: { READER: { licensed: { licensedLimit: -1 }, directCount: 900, overQuota: 0 } } },
	});
	expect(Object.keys(values).toSorted()).toEqual(["dss_version", "latency", "over_quota", "valid"]);
	expect(seen).toBe("licence valid, does not end");
});

test("what DSS 15 leaves out, or answers as null, is not missed", async () => {
	const base = { valid: true, expired: false, expiresOn: null, licenseContent: null };
	const { values, seen, fault } = await read({ base, limits: { profileLimits: { READER: { licensed: null } } } });
	expect(fault).toBeUndefined();
	expect(values).toMatchObject({ valid: true, over_quota: 0 });
	expect(seen).toBe("licence valid, does not end");
});

test("users of a profile without a seat count as over full", async () => {
	const profile = { licensed: { licensedLimit: 0 }, countWithDemotedTo: 1, overQuota: 1 };
	const { values } = await read({ base: {}, limits: { profileLimits: { DESIGNER: profile } } });
	expect(values).toMatchObject({ valid: true, over_quota: 1, seats_used: 2 });
});

test("a reply of another shape is said to be unknown, not bad", async () => {
	expect(await read({ licence: "fine" })).toMatchObject({
		fault: { code: "reply_unknown", text: expect.stringContaining("/admin/licensing/status") },
	});
});

test("a key without admin rights is told which one is needed, and an old DSS which version has it", async () => {
	await using node = await simulatedNode();
	const instance = makeInstance(node.url, { apiKey: new Secret(PLAIN_KEY) });
	expect(await lookAt(node, LICENCE, { instance })).toMatchObject({
		fault: { code: "right_missing", text: expect.stringContaining("admin_key of the instance") },
	});
	await node.simulator.faults.set({ fault: "old_version", version: "5.0.0" });
	expect(await lookAt(node, LICENCE)).toMatchObject({
		fault: { code: "unsupported", text: expect.stringContaining("DSS 5.1 has it first") },
	});
});

test("a small team whose seats are all taken has no share of them, until one is too many", async () => {
	const team = (users: number, over: number) =>
		read({
			base: { valid: true },
			limits: { profileLimits: { DESIGNER: { licensed: { licensedLimit: 3 }, directCount: users, overQuota: over } } },
		});
	const full = await team(3, 0);
	expect(full.values).not.toHaveProperty("seats_used");
	expect(full.seen).toContain("DESIGNER 3 of 3 seats");
	expect((await team(4, 1)).values).toMatchObject({ over_quota: 1, seats_used: 4 / 3, profile: "DESIGNER" });
});
