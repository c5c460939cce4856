import { expect, onTestFinished, test } from "vitest";
import { Secret } from "../../../src/model/secret.ts";
import { kinds, probe, probeOptions } from "../../../src/probe/probe.ts";
import { type Behaviour, faultServer } from "../../support/fault-server.ts";
import { makeInstance } from "../../support/instance.ts";
import { lookAt } from "../../support/look.ts";
import { probeContext } from "../../support/probe-context.ts";
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

/** A Fleet Manager of 24 instances that takes its time for each; what an instance does at its own address a test says. */
async function slowFleet(statusMs: number, address: (id: string) => string, instance: Behaviour = answer("{}")) {
	const server = await faultServer((socket, request) => {
		const [, path = ""] = request.split(" ");
		if (path.endsWith("/instances")) {
			answer(JSON.stringify(Array.from({ length: 24 }, (_, index) => ({ id: `i${index}` }))))(socket, request);
		} else if (path.endsWith("/status")) {
			const id = path.split("/").at(-2) as string;
			const publicURL = address(id) || server.url;
			setTimeout(() => answer(JSON.stringify({ publicURL }))(socket, request), statusMs);
		} else instance(socket, request);
	});
	onTestFinished(() => server.close());
	return server;
}

const answer =
	(text: string): Behaviour =>
	(socket) =>
		void socket.end(
			`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\nContent-Type: application/json\r\n\r\n${text}`,
		);

const lookIn = (timeoutMs: number, url: string, changes = {}) => {
	const instance = makeInstance(url, { apiKey: new Secret(PAIR) });
	return probe(probeOptions.parse(FLEET), probeContext(url, { instance, timeoutMs, ...changes }));
};

test("what could not be asked in time is left out, and counts neither as silent nor as unreadable", async () => {
	const { url } = await slowFleet(150, () => "");
	const { values, seen, fault } = await lookIn(1_000, url);
	expect(fault).toBeUndefined();
	expect(values).toMatchObject({ instances: 24, silent: 0, unreadable: 0, worst: "" });
	expect(values["left_out"]).toBeGreaterThan(4);
	expect(values["left_out"]).toBe(24 - Number(values["responding"]));
	expect(seen).toMatch(/^24 instances, \d+ provisioned, \d+ not asked in time$/);
});

test("an instance that hangs is silent, however short the time is", async () => {
	const { url } = await slowFleet(
		0,
		() => "",
		() => {},
	);
	const { values, fault } = await lookIn(1_000, url);
	expect(fault).toBeUndefined();
	expect(values).toMatchObject({ instances: 24, unreadable: 0, responding: 0 });
	expect(values["silent"]).toBeGreaterThanOrEqual(4);
	expect(Number(values["silent"]) + Number(values["left_out"])).toBe(24);
});

test("what dss-probe itself lacks is its own fault, unless another instance is silent", async () => {
	const { url } = await slowFleet(0, () => "https://127.0.0.1:1");
	const unasked = makeInstance(url, { apiKey: new Secret(PAIR), tls: { verify: true, ca: "no certificate" } });
	expect(await lookIn(5_000, url, { instance: unasked })).toMatchObject({
		fault: { code: "prober_misconfigured" },
		values: { addressed: 24, left_out: 24, silent: 0, responding: 0 },
	});
	const mixed = await slowFleet(0, (id) => (id === "i7" ? "http://127.0.0.1:1" : "https://127.0.0.1:1"));
	const { fault, values } = await lookIn(5_000, mixed.url, { instance: { ...unasked, url: mixed.url } });
	expect(fault).toBeUndefined();
	expect(values).toMatchObject({ left_out: 23, silent: 1, worst: "i7" });
});

test("an address that is none is a state that cannot be read", async () => {
	const { url } = await slowFleet(0, () => "design.internal");
	const { values, fault } = await lookIn(5_000, url);
	expect(fault).toBeUndefined();
	expect(values).toMatchObject({ addressed: 0, unreadable: 24, left_out: 0, silent: 0 });
});

test("a wrong key is said to be one, and a tenant that is not there", async () => {
	await using node = await fleet();
	expect(await look(node, {}, "the-id:another")).toMatchObject({ fault: { code: "key_rejected" } });
	expect(await look(node, { tenant: "other" })).toMatchObject({ fault: { code: "not_found" } });
});
