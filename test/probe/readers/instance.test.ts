import { expect, test } from "vitest";
import { kinds } from "../../../src/probe/probe.ts";
import { virtualClock } from "../../support/clock.ts";
import { answering, httpReceiver } from "../../support/http-receiver.ts";
import { lookAt } from "../../support/look.ts";
import { probeContext } from "../../support/probe-context.ts";
import { simulatedNode } from "../../support/simulator.ts";

const INSTANCE = { kind: "dss-instance" } as const;
const HOUR_MS = 3_600_000;
const api = { "content-type": "application/json", "dss-version": "14.3.1" };

/** Looks at one address, hour after hour, where these answers come. */
async function hours(replies: readonly object[], node_id?: string) {
	const clock = virtualClock();
	const node = await httpReceiver(answering(500));
	const context = probeContext(`http://127.0.0.1:${node.port}`, { clock });
	const found = [];
	for (const reply of replies) {
		node.answer = answering(200, JSON.stringify(reply), api);
		found.push(await kinds["dss-instance"].measure({ ...INSTANCE, node_id }, context));
		await clock.advance(HOUR_MS);
	}
	await node.close();
	return found;
}

test("node, version and uptime are told, with any key", async () => {
	await using node = await simulatedNode();
	const { values, seen, fault } = await lookAt(node, INSTANCE);
	expect(fault).toBeUndefined();
	expect(values).toMatchObject({
		node_id: "design-1",
		node_type: "DESIGN",
		dss_version: "14.3.1",
		uptime: 3 * 86_400,
		restarts: 0,
		expected_node: true,
		downgraded: false,
	});
	expect(seen).toBe("DESIGN design-1, DSS 14.3.1, up for 3 d");
	expect(Object.keys(values).filter((name) => !(name in kinds["dss-instance"].values))).toEqual([]);
});

test("restarts are counted for a day, also those that no look saw happen, and a downgrade is told for a day", async () => {
	await using node = await simulatedNode();
	const { notes } = probeContext(node.url);
	const look = () => lookAt(node, INSTANCE, { notes });
	await look();
	await node.clock.advance(10_000);
	await node.simulator.faults.set({ fault: "restart", version: "14.2.0" });
	await node.clock.advance(60_000);
	expect(await look()).toMatchObject({
		values: { restarts: 1, downgraded: true, dss_version: "14.2.0" },
		seen: "DESIGN design-1, DSS 14.2.0 after 14.3.1, up for 1 min, 1 restart within 24 h",
	});
	await node.clock.advance(23 * HOUR_MS);
	expect((await look()).values).toMatchObject({ restarts: 1, downgraded: true });
	await node.clock.advance(2 * HOUR_MS);
	expect((await look()).values).toMatchObject({ restarts: 0, downgraded: false });
});

test("another node than at first is not the expected one, and what it runs says nothing of the right one", async () => {
	const right = { nodeId: "design-1", nodeType: "DESIGN", dssVersion: "14.3.1", dssStartupTimestamp: 1_000_000 };
	const wrong = { nodeId: "auto-1", nodeType: "AUTOMATION", dssVersion: "13.0.0", dssStartupTimestamp: 9_000_000 };
	const found = await hours([right, wrong, wrong, right]);
	expect(found.map(({ values }) => [values["expected_node"], values["downgraded"], values["restarts"]])).toEqual([
		[true, false, 0],
		[false, false, 0],
		[false, false, 0],
		[true, false, 0],
	]);
	expect(found[1]?.seen).toMatch(/^AUTOMATION auto-1, not design-1, DSS 13\.0\.0/);
	const [named] = await hours([right], "auto-1");
	expect(named).toMatchObject({ values: { expected_node: false } });
});

test("an answer with less in it is read as far as it goes", async () => {
	const [found, named] = [(await hours([{ nodeName: null }]))[0], (await hours([{}], "design-1"))[0]];
	expect(Object.keys(found?.values ?? {}).toSorted()).toEqual([
		"downgraded",
		"dss_version",
		"expected_node",
		"latency",
		"restarts",
	]);
	expect(found?.values["expected_node"]).toBe(true);
	expect(named?.values["expected_node"]).toBe(false);
});

test("a DSS that is too old for it is told which version has it", async () => {
	await using node = await simulatedNode({ version: "9.0.7" });
	expect(await lookAt(node, INSTANCE)).toMatchObject({
		fault: { code: "unsupported", text: expect.stringContaining("DSS 10 has it first") },
	});
});
