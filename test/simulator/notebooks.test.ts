import { afterEach, beforeEach, expect, test } from "vitest";
import { ADMIN_KEY, type SimulatedNode, simulatedNode } from "../support/simulator.ts";

let node: SimulatedNode;
beforeEach(async () => {
	node = await simulatedNode();
});
afterEach(() => node[Symbol.asyncDispose]());

const admin = { key: ADMIN_KEY };
const get = async (path: string) => (await node.call(path, admin)).json;
const sessionIds = async () =>
	(await get("/admin/notebooks/")).flatMap(({ activeSessions }: { activeSessions: { sessionId: string }[] }) =>
		activeSessions.map(({ sessionId }) => sessionId),
	);

test("the instance's notebooks have project, name and sessions", async () => {
	const [notebook, ...others] = await get("/admin/notebooks/");
	expect(others).toEqual([]);
	expect(notebook).toMatchObject({
		projectKey: "SALES",
		name: "explore",
		language: "python",
		kernelSpec: { name: "python3" },
	});
	expect(notebook.activeSessions[0]).toMatchObject({
		sessionId: "s-1",
		kernelExecutionState: "idle",
		kernelLastActivityTime: node.clock.now() - 2 * 3_600_000,
		kernelPid: 4711,
	});
});

test("the notebooks of a project and their sessions", async () => {
	expect((await get("/projects/SALES/jupyter-notebooks/?active=True"))[0]).toMatchObject({ name: "explore", tags: [] });
	expect(await get("/projects/SALES/jupyter-notebooks/explore/sessions")).toHaveLength(2);
	expect(await get("/projects/DKU_MONITORING/jupyter-notebooks/")).toEqual([]);
	expect((await get("/projects/SALES/notebooks/active"))[0].activeSessions).toHaveLength(2);
	expect((await get("/projects/SALES/notebooks/?notebookName=explore")).name).toBe("explore");
	expect(await get("/projects/SALES/notebooks/?notebookName=none")).toEqual({ activeSessions: [] });
});

test("unloading answers JSON on the new path and on the old one", async () => {
	const remove = (path: string) => node.call(path, { method: "DELETE", ...admin });
	expect((await remove("/projects/SALES/jupyter-notebooks/explore/sessions/s-1")).json).toMatchObject({
		success: true,
	});
	expect(await sessionIds()).toEqual(["s-2"]);
	expect((await remove("/projects/SALES/notebooks/?notebookName=explore&sessionId=s-2")).json).toMatchObject({
		success: true,
	});
	expect(await sessionIds()).toEqual([]);
	expect((await remove("/projects/SALES/jupyter-notebooks/explore/sessions/s-1")).status).toBe(404);
});

test("kernels pile up, more of them every minute, all idle for longer and longer", async () => {
	await node.simulator.faults.set({ fault: "kernels", count: 5, per_minute: 2, idle_hours: 30 });
	expect(await sessionIds()).toHaveLength(7);
	await node.clock.advance(10 * 60_000);
	expect(await sessionIds()).toHaveLength(27);
	const sessions = (await get("/admin/notebooks/")).at(-1).activeSessions;
	expect(sessions[0].kernelLastActivityTime).toBe(node.clock.now() - 10 * 60_000 - 30 * 3_600_000);
	await node.simulator.faults.clear("kernels");
	expect(await sessionIds()).toHaveLength(2);
});
