import { beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { type DssJobOptions, dssJob, dssJobOptions } from "../../../src/probe/canary/dss-job.ts";
import type { ProbeContext } from "../../../src/probe/kind.ts";
import { kinds, probe, probeOptions } from "../../../src/probe/probe.ts";
import { savedNotes } from "../../support/canary.ts";
import { type FakeDss, fakeDss } from "../../support/fake-dss.ts";
import { type FakeDssServer, serveFakeDss } from "../../support/fake-dss-server.ts";

const KEY = "dss-job design CANARY/canary_out";

let fake: FakeDss;
let notes: ReturnType<typeof savedNotes>;

beforeEach(() => {
	fake = fakeDss(systemClock);
	fake.key = "probe-key";
	notes = savedNotes();
});

const options = (changes: object = {}): DssJobOptions =>
	dssJobOptions.parse({ kind: "dss-job", project: "CANARY", output: "canary_out", poll_every: "100ms", ...changes });

const context = ({ instance }: FakeDssServer, changes: Partial<ProbeContext> = {}): ProbeContext => ({
	key: "design/canary",
	instance,
	signal: new AbortController().signal,
	timeoutMs: 2_000,
	clock: systemClock,
	notes,
	...changes,
});

describe("over HTTP", () => {
	test("a job is built, with the partition that is asked for", async () => {
		await using server = await serveFakeDss(fake);
		fake.course = { queueMs: 50, runMs: 100 };
		const { values, fault } = await dssJob.measure(options({ partition: "2026-01-05" }), context(server));
		expect(fault).toBeUndefined();
		expect(values).toMatchObject({ state: "DONE", queue: 0.05, run: 0.1, dss_version: "14.3.1", aborted: false });
		const always = Object.entries(dssJob.values).flatMap(([name, type]) => ("isOptional" in type ? [] : [name]));
		expect(Object.keys(values).sort()).toEqual([...always, "jobs_kept"].sort());
		expect(fake.jobs[0]?.body).toMatchObject({ outputs: [{ partition: "2026-01-05" }] });
		expect(JSON.parse(notes.disk.get(KEY) ?? "{}")).toMatchObject({ phase: "ended", state: "DONE" });
	});

	test("a history of thousands of jobs is no trouble, and neither is a DSS that lists all of it", async () => {
		await using server = await serveFakeDss(fake);
		fake.shape = { state: "state", list: "flat" };
		const old = fake.make("canary_out");
		for (let nth = 0; nth < 20_000; nth++) fake.jobs.push({ ...old, id: `Build_canary_out_of_last_year_${nth}` });
		const listed = fake.handle;
		fake.handle = (method, url, ...more) => listed(method, url.replace(/limit=\d+/, "limit=0"), ...more);
		const { values, fault } = await dssJob.measure(options(), context(server, { timeoutMs: 10_000 }));
		expect(fault).toBeUndefined();
		expect(values).toMatchObject({ state: "DONE" });
		expect(notes.disk.get(KEY)?.length).toBeLessThan(10_000);
	});

	test("an order whose connection is cut after DSS took it makes one job, which is adopted", async () => {
		await using server = await serveFakeDss(fake);
		fake.course = { runMs: 100 };
		fake.trouble = ({ name }) => (name === "start" ? { answer: "cut", effect: true } : undefined);
		const { values, fault } = await dssJob.measure(options(), context(server));
		expect(fault).toBeUndefined();
		expect(values).toMatchObject({ state: "DONE", job_id: fake.jobs[0]?.id });
		expect(fake.jobs).toHaveLength(1);
	});

	test("an order that DSS never answers makes one job, which is adopted", async () => {
		await using server = await serveFakeDss(fake);
		fake.course = { runMs: 100 };
		fake.trouble = ({ name }) => (name === "start" ? { answer: "hang", effect: true } : undefined);
		const { values, fault } = await dssJob.measure(options(), context(server, { timeoutMs: 1_000 }));
		expect(fault).toBeUndefined();
		expect(values["state"]).toBe("DONE");
		expect(fake.jobs).toHaveLength(1);
	});

	test("a job that hangs is aborted, and the run ends before its deadline", async () => {
		await using server = await serveFakeDss(fake);
		fake.course = { runMs: Number.POSITIVE_INFINITY };
		const start = systemClock.monotonic();
		const { fault, values } = await dssJob.measure(options(), context(server, { timeoutMs: 800 }));
		expect(systemClock.monotonic() - start).toBeLessThan(800);
		expect(fault?.code).toBe("job_too_long");
		expect(values).toMatchObject({ state: "ABORTED", aborted: true });
	});

	test("a rejected key is no fault of the job", async () => {
		await using server = await serveFakeDss(fake);
		fake.key = "another-key";
		const { fault, values } = await dssJob.measure(options(), context(server));
		expect(fault?.code).toBe("key_rejected");
		expect(values).toEqual({ dss_version: "14.3.1" });
	});

	test("an unknown project is not found", async () => {
		await using server = await serveFakeDss(fake);
		const { fault } = await dssJob.measure(options({ project: "GONE" }), context(server));
		expect(fault?.code).toBe("not_found");
	});

	test("a second run on the same output steps aside while the first goes on", async () => {
		await using server = await serveFakeDss(fake);
		fake.course = { runMs: 100 };
		const [first, second] = await Promise.all([
			dssJob.measure(options(), context(server)),
			dssJob.measure(options(), context(server, { key: "design/other" })),
		]);
		expect(first.fault).toBeUndefined();
		expect(second.fault?.code).toBe("job_overlap");
		expect(fake.jobs).toHaveLength(1);
		expect((await dssJob.measure(options(), context(server))).fault).toBeUndefined();
	});

	test("a stop of the program aborts the job within what the program waits", async () => {
		await using server = await serveFakeDss(fake);
		fake.course = { runMs: Number.POSITIVE_INFINITY };
		const stop = new AbortController();
		const going = dssJob.measure(options(), context(server, { signal: stop.signal }));
		await systemClock.sleep(100);
		const stoppedAt = systemClock.monotonic();
		stop.abort(new Error("SIGTERM"));
		const { values, fault } = await going;
		expect(systemClock.monotonic() - stoppedAt).toBeLessThan(200);
		expect(fault?.code).toBe("prober_stalled");
		expect(values["aborted"]).toBe(true);
		expect(fake.jobs[0]?.aborts).toBe(1);
		expect(JSON.parse(notes.disk.get(KEY) ?? "{}")).toMatchObject({ phase: "running", id: fake.jobs[0]?.id });
	});

	test("a server that is not there gets no order, and the note says so", async () => {
		let gone: FakeDssServer;
		{
			await using server = await serveFakeDss(fake);
			gone = server;
		}
		const { fault } = await dssJob.measure(options(), context(gone));
		expect(fault?.code).toBe("connection_refused");
		expect(notes.disk.size).toBe(0);
	});
});

describe("the options", () => {
	test("are those of a kind that a check may name", async () => {
		await using server = await serveFakeDss(fake);
		const given = probeOptions.parse({ kind: "dss-job", project: "CANARY", output: "canary_out" });
		expect(await probe(given, context(server))).toMatchObject({ values: { state: "DONE" } });
		expect(kinds["dss-job"]).toBe(dssJob);
	});

	test("need no more than project and output", () => {
		expect(dssJobOptions.parse({ kind: "dss-job", project: "P", output: "o" })).toEqual({
			kind: "dss-job",
			project: "P",
			output: "o",
			output_type: "DATASET",
			poll_every: 1_000,
			verify: false,
		});
	});

	test.each([
		{ output_type: "TABLE" },
		{ poll_every: "10ms" },
		{ start_within: 30 },
		{ output: "" },
		{ abort_wiat: "10s" },
	])("refuse %j", (wrong) => {
		const given = { kind: "dss-job", project: "P", output: "o", ...wrong };
		expect(dssJobOptions.safeParse(given).success).toBe(false);
	});
});
