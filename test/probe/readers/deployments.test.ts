import { expect, onTestFinished, test } from "vitest";
import { kinds, probeOptions } from "../../../src/probe/probe.ts";
import type { FaultInput } from "../../../src/simulator/fault.ts";
import { answering, httpReceiver } from "../../support/http-receiver.ts";
import { lookAt } from "../../support/look.ts";
import { probeContext } from "../../support/probe-context.ts";
import { simulatedNode } from "../../support/simulator.ts";

const DEPLOYMENTS = { kind: "dss-deployments" } as const;

/** One look at a Deployer that answers for deployments as given: their lists by side, their states by id. */
async function read(
	lists: Record<string, readonly object[] | undefined>,
	states: Record<string, unknown>,
	changes = {},
) {
	const json = { "content-type": "application/json", "dss-version": "14.3.1" };
	const server = await httpReceiver((response, request) => {
		const [, side = "", id] =
			/^\/public\/api\/(\w+)-deployer\/deployments(?:\/([\w-]+)\/status)?$/.exec(request.path) ?? [];
		const found = id === undefined ? lists[side] : states[id];
		const answer = found === undefined ? answering(404, "<html></html>") : answering(200, JSON.stringify(found), json);
		answer(response, request);
	});
	onTestFinished(() => server.close());
	const options = probeOptions.parse({ ...DEPLOYMENTS, ...changes });
	if (options.kind !== "dss-deployments") throw new Error("another kind");
	const finding = await kinds["dss-deployments"].measure(options, probeContext(`http://127.0.0.1:${server.port}`));
	return { ...finding, asked: server.requests.map(({ path }) => path) };
}

const on = (id: string, infraId = "prod", more = {}) => ({ deploymentBasicInfo: { id, infraId, ...more } });

test("all healthy deployments are counted", async () => {
	await using node = await simulatedNode({ nodeType: "deployer" });
	const { values, fault, seen } = await lookAt(node, DEPLOYMENTS);
	expect(fault).toBeUndefined();
	expect(values).toMatchObject({ deployments: 3, healthy: 3, errors: 0, left_out: 0, failed_scenarios: 0, worst: "" });
	expect(seen).toBe("3 deployments, none of them in trouble");
	expect(Object.keys(values).filter((name) => !(name in kinds["dss-deployments"].values))).toEqual([]);
});

test.each([
	["ERROR", { errors: 1 }],
	["UNHEALTHY", { unhealthy: 1 }],
	["OUT_OF_SYNC", { out_of_sync: 1 }],
	["WARNING", { warnings: 1 }],
] as const)(
	"%s is named with its message and its failed scenarios, in old and new versions",
	async (health, values) => {
		for (const version of ["9.0.1", "14.3.1"]) {
			await using node = await simulatedNode({ nodeType: "deployer", version });
			const fault = {
				fault: "deployment_health" as const,
				health,
				message: "No node",
				failed_scenarios: ["NIGHTLY"],
			} satisfies FaultInput;
			await node.simulator.faults.set(fault);
			const found = await lookAt(node, DEPLOYMENTS);
			expect(found.values).toMatchObject({ ...values, failed_scenarios: 1, worst: "sales-prod", healthy: 2 });
			expect(found.seen).toBe(`1 of 3 deployments: sales-prod ${health} (failed: NIGHTLY; No node)`);
			expect(found.facts?.["details"]).toContainEqual(
				expect.objectContaining({ id: "sales-prod", infra: "automation-prod", side: "project", messages: ["No node"] }),
			);
		}
	},
);

test("a health that cannot be read is unknown, the worst is told first, and scenarios may be objects", async () => {
	const { values, seen } = await read(
		{ project: [on("lost"), on("odd"), on("new-word"), on("late"), on("bad")], api: [] },
		{
			odd: ["no state"],
			"new-word": { health: "SPLENDID" },
			late: { health: "OUT_OF_SYNC", healthMessages: { messages: [{ severity: "INFO", message: "fine" }] } },
			bad: { health: "ERROR", monitoring: { failed: [{ scenarioId: "LOAD" }] } },
		},
	);
	expect(values).toMatchObject({ deployments: 5, unknown: 3, errors: 1, out_of_sync: 1, worst: "bad" });
	expect(seen).toBe("2 of 5 deployments: bad ERROR (failed: LOAD); late OUT_OF_SYNC");
});

test("only what is wanted is asked, and never more than so many", async () => {
	const { values, asked } = await read(
		{ project: [on("a"), on("b", "test"), on("c")], api: [on("d"), on("e"), on("f", "prod", { enabled: false })] },
		{ c: { health: "HEALTHY" }, d: { health: "HEALTHY" } },
		{ infras: ["prod"], ignore: ["a"], at_most: 2 },
	);
	expect(values).toMatchObject({ deployments: 2, healthy: 2, left_out: 1 });
	expect(asked.filter((path) => path.endsWith("/status")).toSorted()).toEqual([
		"/public/api/api-deployer/deployments/d/status",
		"/public/api/project-deployer/deployments/c/status",
	]);
});

test("a Deployer of services alone is enough; a node without either says which version has it", async () => {
	expect((await read({ api: [on("d")] }, { d: { health: "HEALTHY" } })).values).toMatchObject({ healthy: 1 });
	expect((await read({}, {})).fault).toMatchObject({ code: "unsupported", text: expect.stringContaining("DSS 4.3") });
});
