import { expect, test } from "vitest";
import { Secret } from "../../../src/model/secret.ts";
import { kinds } from "../../../src/probe/probe.ts";
import { makeInstance } from "../../support/instance.ts";
import { lookAt } from "../../support/look.ts";
import { type SimulatedNode, simulatedNode } from "../../support/simulator.ts";

const FLEET = { kind: "fleet-manager" } as const;
const PAIR = "the-id:the-secret";
const fleet = () => simulatedNode({ nodeType: "fleet-manager", apiKey: PAIR });
const look = ({ ...node }: SimulatedNode, options = {}, key = PAIR) =>
	lookAt(node, { ...FLEET, ...options }, { instance: makeInstance(node.url, { apiKey: new Secret(key) }) });

test("the instances are listed with the key as id and secret, and each is asked at its own address", async () => {
	await using node = await fleet();
	const { values, fault, seen, facts } = await look(node);
	expect(fault).toBeUndefined();
	expect(values).toMatchObject({ instances: 2, addressed: 2, responding: 2, silent: 0, unreadable: 0, worst: "" });
	expect(seen).toBe("2 instances, 2 provisioned, all of those answer");
	expect(facts?.["details"]).toContainEqual(
		expect.objectContaining({ id: "i-design", type: "design", address: node.url, responds: true }),
	);
	expect(Object.keys(values).filter((name) => !(name in kinds["fleet-manager"].values))).toEqual([]);
});

test("one that does not respond is named with the reason", async () => {
	await using node = await fleet();
	await node.simulator.faults.set({ fault: "fleet_instance", state: "not_responding" });
	const { values, seen } = await look(node);
	expect(values).toMatchObject({ addressed: 2, responding: 1, silent: 1, worst: "Design" });
	expect(seen).toMatch(/^2 instances, 2 provisioned; no answer from Design \(.*ECONNREFUSED/);
	expect((await look(node, { ignore: ["Design"] })).values).toMatchObject({ instances: 1, silent: 0 });
	const unasked = await look(node, { look: false });
	expect(unasked).toMatchObject({ seen: "2 instances, 2 provisioned" });
	expect(unasked.values).not.toHaveProperty("silent");
});

test("one that is not provisioned is no failure", async () => {
	await using node = await fleet();
	await node.simulator.faults.set({ fault: "fleet_instance", state: "not_provisioned" });
	expect((await look(node)).values).toMatchObject({ instances: 2, addressed: 1, silent: 0, unreadable: 0 });
});

test("a wrong key is said to be one, and a tenant that is not there", async () => {
	await using node = await fleet();
	expect(await look(node, {}, "the-id:another")).toMatchObject({ fault: { code: "key_rejected" } });
	expect(await look(node, { tenant: "other" })).toMatchObject({ fault: { code: "not_found" } });
});
