import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type InstallPlan, install } from "../../src/canary/install.ts";
import { isRemovable, removeProject } from "../../src/canary/remove.ts";
import { Halt, type Step } from "../../src/canary/step.ts";
import { createDssClient, type DssClient } from "../../src/dss/client.ts";
import { Secret } from "../../src/model/secret.ts";
import type { FaultInput } from "../../src/simulator/fault.ts";
import { makeInstance } from "../support/instance.ts";
import { played } from "../support/played.ts";
import { ADMIN_KEY, PLAIN_KEY, type SimulatedNode, simulatedNode } from "../support/simulator.ts";

let node: SimulatedNode;
beforeEach(async () => {
	node = await simulatedNode();
});
afterEach(() => node[Symbol.asyncDispose]());

const client = (key = ADMIN_KEY) =>
	createDssClient(makeInstance(node.url, { apiKey: new Secret(key) }), {
		signal: new AbortController().signal,
		clock: node.clock,
		timeoutMs: 10_000,
	});
const admin = async (path: string) => (await node.call(path, { key: ADMIN_KEY })).json;

/** What was told, one line for each step; and how it ended where it did not go well. */
async function run(plan: Partial<InstallPlan> = {}, key = ADMIN_KEY) {
	const steps: string[] = [];
	const tell = ({ result, what }: Step) => void steps.push(`${result}: ${what}`);
	const whole = { project: "PROBES", withScenario: true, connection: "filesystem_managed", isDry: false, ...plan };
	try {
		return { steps, made: await install(client(key), whole, tell) };
	} catch (error) {
		if (!(error instanceof Halt)) throw error;
		return { steps, problem: error.message, todo: error.todo };
	}
}

const removal = async (project = "PROBES") =>
	isRemovable(client(), project).catch((error: unknown) => (error as Error).message);

describe("an installation", () => {
	test("makes everything, and a second one finds it there", async () => {
		expect(await run()).toEqual({
			steps: [
				"made: project PROBES, owned by admin",
				"made: dataset canary_out",
				"made: recipe compute_canary_out",
				"made: scenario canary (id CANARY)",
			],
			made: { scenario: "CANARY" },
		});
		expect((await run()).steps).toEqual([
			"already there: project PROBES",
			"already there: dataset canary_out",
			"already there: recipe compute_canary_out",
			"already there: scenario canary (id CANARY)",
		]);
		const { payload } = await admin("/projects/PROBES/recipes/compute_canary_out");
		expect(payload).toContain('dataiku.Dataset("canary_out").write_with_schema');
		const { params } = await admin("/projects/PROBES/scenarios/CANARY");
		expect(params.steps).toMatchObject([{ params: { builds: [{ itemId: "canary_out" }] } }]);
	});

	test("says in a dry run what it would make, and makes nothing", async () => {
		expect((await run({ isDry: true })).steps).toEqual([
			"would be made: project PROBES, owned by admin",
			"would be made: dataset canary_out",
			"would be made: recipe compute_canary_out",
			"would be made: scenario canary",
		]);
		expect((await admin("/projects/")).map(({ projectKey }: { projectKey: string }) => projectKey)).not.toContain(
			"PROBES",
		);
		await run({ withScenario: false });
		expect((await run({ isDry: true })).steps.slice(2)).toEqual([
			"already there: recipe compute_canary_out",
			"would be made: scenario canary",
		]);
	});

	test("leaves a project alone that somebody else made", async () => {
		const before = await admin("/projects/DKU_MONITORING/metadata");
		const { steps, problem, todo } = await run({ project: "DKU_MONITORING" });
		expect(steps).toEqual([]);
		expect(problem).toContain("dss-probe did not make it");
		expect(todo).toContain("--project");
		expect(await admin("/projects/DKU_MONITORING/metadata")).toEqual(before);
	});

	test.each([
		["the tag alone", { tags: ["dss-probe-canary"], description: "mine", shortDesc: "" }],
		["the sentence alone", { tags: [], description: "Made by dss-probe canary install.", shortDesc: "" }],
	])("takes %s for no proof that it made a project", async (_, metadata) => {
		await run();
		await node.call("/projects/PROBES/metadata", { method: "PUT", body: metadata, key: ADMIN_KEY });
		expect((await run()).problem).toContain("dss-probe did not make it");
		expect(await removal()).toContain("dss-probe did not make");
	});

	test("does not complete a project that was emptied of its tag, once there is something in it", async () => {
		await run();
		const { description } = await admin("/projects/PROBES/metadata");
		const mine = { tags: [], description, shortDesc: "" };
		await node.call("/projects/PROBES/metadata", { method: "PUT", body: mine, key: ADMIN_KEY });
		expect((await run()).problem).toContain("dss-probe did not make it");
		expect((await admin("/projects/PROBES/metadata")).tags).toEqual([]);
	});

	test.each<[string, FaultInput, string, string]>([
		[
			"may not create",
			{ fault: "right_missing", right: "CREATE_PROJECTS" },
			"making the project",
			"administrator's key",
		],
		["is wrong", { fault: "key_revoked" }, "listing projects", "expired"],
		["meets a page of a proxy", { fault: "login_page" }, "listing projects", "Single sign-on"],
		["meets a full disk", { fault: "coded_error", path: "/public/api/projects/PROBES/recipes" }, "recipes", "again"],
	])("stops where the key %s, and says what to do", async (_, fault, problem, todo) => {
		await node.simulator.faults.set(fault);
		const found = await run();
		expect(found.problem).toContain(problem);
		expect(found.todo).toContain(todo);
	});

	test("names what to do about a project that the key cannot see, and a connection that is not there", async () => {
		expect((await run({ connection: "nowhere" })).todo).toContain("--connection");
		await node.simulator.faults.set({ fault: "right_missing", right: "READ_CONF" });
		const { problem, todo } = await run();
		expect(problem).toContain("making the project PROBES failed");
		expect(todo).toContain("which this key cannot see");
	});

	test.each(["14.3.1", "11.4.2"])(
		"of DSS %s that was cut off anywhere is completed by the next one",
		async (version) => {
			await node[Symbol.asyncDispose]();
			node = await simulatedNode({ version });
			const whole = client();
			for (let calls = 1; calls < 30; calls++) {
				const plan = { project: `P${calls}`, withScenario: true, connection: "filesystem_managed", isDry: false };
				let left = calls;
				const cut = async <Given>(call: () => Promise<Given>): Promise<Given> => {
					if (left-- <= 0) throw new Error("the process is gone");
					return call();
				};
				const dying = {
					...whole,
					get: (...given: Parameters<typeof whole.get>) => cut(() => whole.get(...given)),
					post: (...given: Parameters<typeof whole.post>) => cut(() => whole.post(...given)),
					put: (...given: Parameters<typeof whole.put>) => cut(() => whole.put(...given)),
				};
				const first = await install(dying, plan, () => {}).catch(() => undefined);
				expect(await install(whole, plan, () => {})).toEqual({ scenario: "CANARY" });
				const { params } = await admin(`/projects/${plan.project}/scenarios/CANARY`);
				expect(params.steps).toHaveLength(1);
				if (first) return;
			}
			throw new Error("it never came to its end");
		},
	);

	test("marks a project itself where an old DSS forgets the tags of a new one", async () => {
		const forgetful = client();
		const without = {
			...forgetful,
			post: (path: string, body?: unknown) =>
				forgetful.post(path, path === "/projects/" ? { ...(body as object), tags: [], description: "" } : body),
		};
		const plan = { project: "PROBES", withScenario: false, connection: "filesystem_managed", isDry: false };
		await install(without, plan, () => {});
		expect(await admin("/projects/PROBES/metadata")).toMatchObject({
			tags: ["dss-probe-canary"],
			description: expect.stringContaining("Made by dss-probe"),
		});
		expect(await removal()).toBe(true);
	});

	test("needs an owner where the key belongs to nobody", async () => {
		const nobody = {
			...client(),
			get: async (path: string) => {
				const answer = await client().get(path);
				return path === "/auth/info" && answer.ok ? { ...answer, json: { authIdentifier: "api:xyz" } } : answer;
			},
		};
		const plan = { project: "PROBES", withScenario: false, connection: "filesystem_managed", isDry: false };
		await expect(install(nobody, plan, () => {})).rejects.toThrow("belongs to no user");
		await install(nobody, { ...plan, owner: "alice" }, () => {});
		expect((await admin("/projects/PROBES")).ownerLogin).toBe("alice");
	});
});

describe("a removal", () => {
	test("deletes what install made", async () => {
		await run();
		expect(await removal()).toBe(true);
		await removeProject(client(), "PROBES", node.clock);
		expect(await removal()).toBe(false);
	});

	test("is refused for a project that somebody else made, or that somebody has put something into", async () => {
		expect(await removal("SALES")).toContain("dss-probe did not make project SALES");
		await run();
		const body = { name: "precious", creationSettings: { connectionId: "filesystem_managed" } };
		await node.call("/projects/PROBES/datasets/managed", { method: "POST", body, key: ADMIN_KEY });
		expect(await removal()).toContain("dataset precious");
	});

	test.each([
		["managedfolders", "managed folder precious"],
		["sql-notebooks", "SQL notebook precious"],
		["savedmodels", "saved model precious"],
		["lab", "analysis precious"],
		["wiki", "wiki article precious"],
		["insights", "insight precious"],
	])("is refused where somebody keeps something there: %s", async (path, told) => {
		await run();
		expect(await removal()).toBe(true);
		await node.call(`/projects/PROBES/${path}/`, { method: "POST", body: { name: "precious" }, key: ADMIN_KEY });
		expect(await removal()).toContain(told);
	});

	test("is refused for a notebook and a web app, and not for kinds of things that the version does not have", async () => {
		await run();
		const whole = client();
		const having = (end: string, things?: readonly object[]): DssClient => ({
			...whole,
			async get(path) {
				if (!path.endsWith(end)) return whole.get(path);
				const answer = await whole.get(things ? "/projects/SALES" : "/no/such/path");
				return answer.ok ? { ...answer, json: things } : answer;
			},
		});
		const removable = (given: DssClient) =>
			isRemovable(given, "PROBES").catch((error: unknown) => (error as Error).message);
		expect(await removable(having("/jupyter-notebooks/", [{ name: "explore" }]))).toContain("notebook explore");
		expect(await removable(having("/webapps/", [{ id: "a1", name: "board" }]))).toContain("web app board");
		expect(await removable(having("/wiki/"))).toBe(true);
		expect(await removable(having("/datasets/"))).toContain("listing datasets failed");
	});

	test("waits until a project is gone that DSS deletes in the background, but not for ever", async () => {
		await run();
		const whole = client();
		let looks = 0;
		const slow = (until: number) => ({
			...whole,
			get: async (path: string) => {
				if (path !== "/projects/" || looks++ >= until) return whole.get(path);
				const answer = await whole.get("/projects/SALES");
				return answer.ok ? { ...answer, json: [{ projectKey: "PROBES" }] } : answer;
			},
		});
		await played(node.clock, removeProject(slow(3), "PROBES", node.clock), 1_000);
		expect(looks).toBe(4);
		await run();
		const never = removeProject(slow(1_000), "PROBES", node.clock).catch((error: unknown) => String(error));
		expect(await played(node.clock, never, 1_000)).toContain("still there");
	});

	test("says what to do where the key may not delete", async () => {
		await run();
		await node.simulator.faults.set({ fault: "right_missing", right: "ADMIN" });
		await expect(removeProject(client(), "PROBES", node.clock)).rejects.toMatchObject({
			todo: expect.stringContaining("project's owner"),
		});
		await node.simulator.faults.clear();
		expect(await isRemovable(client(PLAIN_KEY), "PROBES")).toBe(false);
	});
});
