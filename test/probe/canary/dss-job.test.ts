import { beforeEach, describe, expect, test } from "vitest";
import { drive, type RunOptions, savedNotes, startCanary } from "../../support/canary.ts";
import { type VirtualClock, virtualClock } from "../../support/clock.ts";
import { badGateway, dssError, type FakeDss, fakeDss, type Trouble } from "../../support/fake-dss.ts";

let clock: VirtualClock;
let fake: FakeDss;
let notes: ReturnType<typeof savedNotes>;

beforeEach(() => {
	clock = virtualClock();
	// DSS's clock is five minutes behind: nothing may depend on it.
	fake = fakeDss(clock, -300_000);
	notes = savedNotes();
});

const run = async (options: RunOptions = {}) => {
	const found = await drive(clock, startCanary(fake, clock, notes, options), (options.timeoutMs ?? 60_000) + 200);
	if (!found) throw new Error("the run did not end in time");
	return found;
};
const note = () => JSON.parse(notes.disk.get("canary") ?? "{}") as Record<string, unknown>;
const on = (name: string, troubles: readonly (Trouble | undefined)[]) => {
	fake.trouble = (call) => (call.name === name ? troubles[call.nth] : undefined);
};
const always = (name: string, trouble: Trouble) => {
	fake.trouble = (call) => (call.name === name ? trouble : undefined);
};
const calls = (name: string) => fake.calls.filter((one) => one === name).length;
const lostAnswer: Trouble = { answer: "cut", effect: true };

describe("a job that goes well", () => {
	test("is ordered as the official client orders it, and its phases are told apart", async () => {
		fake.course = { queueMs: 2_000, runMs: 3_000 };
		const { values, fault } = await run();
		expect(fault).toBeUndefined();
		expect(values).toMatchObject({ state: "DONE", aborted: false, accept: 0.01, queue: 2, run: 3 });
		expect(values["total"]).toBeGreaterThan(5);
		expect(values["total"]).toBeLessThan(6.2);
		expect(values["latency"]).toBe(values["total"]);
		expect(values["job_id"]).toBe(fake.jobs[0]?.id);
		expect(fake.jobs[0]?.body).toEqual({
			type: "NON_RECURSIVE_FORCED_BUILD",
			outputs: [{ type: "DATASET", id: "canary_out", projectKey: "CANARY" }],
		});
		expect(note()).toMatchObject({ phase: "ended", state: "DONE", id: fake.jobs[0]?.id });
	});

	test("is looked at quickly at first and then every second", async () => {
		fake.course = { runMs: 20_000 };
		await run();
		expect(calls("status")).toBeGreaterThan(20);
		expect(calls("status")).toBeLessThan(36);
	});

	test("is read in the other spelling of the state and from the other shape of the list", async () => {
		fake.shape = { state: "status", list: "flat" };
		fake.course = { runMs: 1_000 };
		on("start", [lostAnswer]);
		const { values, fault } = await run();
		expect(fault).toBeUndefined();
		expect(values["state"]).toBe("DONE");
		expect(fake.jobs).toHaveLength(1);
	});

	test("goes on through states of unknown names", async () => {
		fake.course = { runMs: 5_000, passing: "COMPUTING_DEPENDENCIES" };
		const { values, fault } = await run();
		expect(fault).toBeUndefined();
		expect(values["state"]).toBe("DONE");
	});

	test("is not lost by two looks that fail", async () => {
		fake.course = { runMs: 5_000 };
		on("status", [undefined, badGateway(), badGateway(), undefined, { answer: "cut", effect: false }]);
		const { values, fault } = await run();
		expect(fault).toBeUndefined();
		expect(values["state"]).toBe("DONE");
	});

	test("is not lost by many odd answers of a DSS that is alive", async () => {
		fake.course = { runMs: 5_000 };
		on("status", new Array(6).fill(dssError(500, "java.lang.NullPointerException", "oops")));
		expect((await run()).fault).toBeUndefined();
	});
});

describe("a job that goes badly", () => {
	test("fails with the activity and its first failure", async () => {
		fake.course = { runMs: 1_000, end: "FAILED", failure: "source dataset not ready" };
		const { values, fault } = await run();
		expect(fault?.code).toBe("job_failed");
		expect(fault?.text).toContain("compute_canary_out_NP: source dataset not ready");
		expect(values).toMatchObject({ state: "FAILED", aborted: false, run: 1 });
		expect(note()["phase"]).toBe("ended");
	});

	test("fails with the last error of its log where the status names none", async () => {
		fake.course = { end: "FAILED" };
		fake.log = "[INFO] start\n[ERROR] [dku] - cannot write\n  at Foo\n";
		expect((await run()).fault?.text).toContain("[ERROR] [dku] - cannot write");
	});

	test("is aborted by somebody else", async () => {
		fake.course = { runMs: 30_000 };
		const going = startCanary(fake, clock, notes);
		await clock.advance(3_000);
		fake.handle("POST", `/public/api/projects/CANARY/jobs/${fake.jobs[0]?.id}/abort`, "");
		const found = await drive(clock, going);
		expect(found?.fault?.code).toBe("job_aborted");
		expect(found?.values).toMatchObject({ state: "ABORTED", aborted: false });
	});

	test("ends in a final state of an unknown name", async () => {
		fake.course = { runMs: 1_000, end: "ERROR" };
		const { fault } = await run();
		expect(fault?.code).toBe("job_failed");
		expect(note()).toMatchObject({ phase: "ended", state: "ERROR" });
	});

	test("never starts: no kernel is free, and the job is aborted", async () => {
		fake.course = { queueMs: Number.POSITIVE_INFINITY };
		const { values, fault } = await run({ startWithinMs: 10_000 });
		expect(fault?.code).toBe("no_free_jek");
		expect(fault?.text).toContain("NOT_STARTED 10 s after its order");
		expect(values).toMatchObject({ state: "ABORTED", aborted: true });
		expect(values["queue"]).toBeCloseTo(10, 0);
		expect(values["run"]).toBeUndefined();
		expect(fake.jobs[0]?.aborts).toBe(1);
		expect(fake.unfinished()).toEqual([]);
	});

	test("waits for a kernel for half of what is left, unless told otherwise", async () => {
		fake.course = { queueMs: Number.POSITIVE_INFINITY };
		const { values } = await run();
		expect(values["queue"]).toBeCloseTo((60 - 0.5 - 12) / 2, 0);
	});

	test("runs for ever: it is aborted exactly once, in time for its end to be seen", async () => {
		fake.course = { runMs: Number.POSITIVE_INFINITY, abortMs: 8_000 };
		const { values, fault } = await run();
		expect(fault?.code).toBe("job_too_long");
		expect(fault?.text).toContain("compute_canary_out_NP RUNNING");
		expect(fault?.text).toContain("aborted, then ABORTED");
		expect(values).toMatchObject({ state: "ABORTED", aborted: true });
		expect(calls("abort")).toBe(1);
		expect(fake.unfinished()).toEqual([]);
		expect(note()["phase"]).toBe("ended");
	});

	test("an abort that the key may not send is told with the job, and by the next run as what is in the way", async () => {
		fake.course = { runMs: Number.POSITIVE_INFINITY };
		always("abort", dssError(403, "com.dataiku.dip.exceptions.UnauthorizedException", "needs RUN_JOBS"));
		const { fault, values } = await run();
		expect(fault).toMatchObject({
			code: "job_too_long",
			text: expect.stringMatching(/not aborted, not final yet: HTTP 403.*needs RUN_JOBS/),
		});
		expect(values["aborted"]).toBe(false);
		expect((await run()).fault).toMatchObject({
			code: "right_missing",
			text: expect.stringMatching(/of an earlier run was not aborted, and is still RUNNING: HTTP 403.*needs RUN_JOBS/),
		});
		always("abort", dssError(500, "java.lang.IllegalStateException", "oops"));
		expect((await run()).fault).toMatchObject({ code: "job_overlap", text: expect.stringContaining("oops") });
		expect(fake.jobs).toHaveLength(1);
	});

	test("an abort that fails is sent again", async () => {
		fake.course = { runMs: Number.POSITIVE_INFINITY };
		on("abort", [badGateway(), undefined]);
		expect((await run()).values).toMatchObject({ state: "ABORTED", aborted: true });
		expect(calls("abort")).toBe(2);
	});

	test("ignores its abort past the deadline: the note stays, and the next run says so until it is over", async () => {
		fake.course = { runMs: Number.POSITIVE_INFINITY, abortMs: 100_000 };
		const first = await run();
		expect(first.fault?.code).toBe("job_too_long");
		expect(first.fault?.text).toContain("not final yet");
		expect(first.values["state"]).toBe("RUNNING");
		expect(note()).toMatchObject({ phase: "running" });

		const second = await run();
		expect(second.fault?.code).toBe("job_overlap");
		expect(second.values).toEqual({});
		expect(calls("start")).toBe(1);

		await clock.advance(60_000);
		fake.course = { runMs: 1_000 };
		const third = await run();
		expect(third.fault).toBeUndefined();
		expect(fake.overlaps).toEqual([]);
	});
});

describe("an order", () => {
	test("that DSS refuses is no job", async () => {
		on("start", [dssError(400, "java.lang.IllegalArgumentException", "no recipe builds canary_out")]);
		const { fault } = await run();
		expect(fault?.code).toBe("job_refused");
		expect(fault?.text).toContain("no recipe builds canary_out");
		expect(note()["phase"]).toBe("ended");
		expect(calls("list")).toBe(1);
	});

	test("that DSS refuses with a 500 is looked for once, then refused", async () => {
		on("start", [dssError(500, "com.dataiku.dip.exceptions.DSSIllegalArgumentException", "cannot build that")]);
		expect((await run()).fault?.code).toBe("job_refused");
		expect(calls("list")).toBe(2);
		expect(note()["phase"]).toBe("ended");
	});

	test("for something unknown is not found", async () => {
		on("start", [dssError(404, "com.dataiku.dip.exceptions.NotFoundException", "dataset does not exist: K.name")]);
		expect((await run()).fault?.code).toBe("not_found");
	});

	test("whose answer is lost is adopted, not repeated", async () => {
		fake.make("other_out");
		fake.make("canary_out").aborts = 0;
		fake.course = { runMs: 3_000 };
		on("start", [lostAnswer]);
		const { values, fault } = await run();
		expect(fault).toBeUndefined();
		expect(values).toMatchObject({ state: "DONE", job_id: fake.jobs[2]?.id });
		expect(calls("start")).toBe(1);
	});

	test("whose job appears late is adopted", async () => {
		on("start", [{ answer: "cut", effect: 8_000 }]);
		const { values } = await run();
		expect(values).toMatchObject({ state: "DONE", job_id: fake.jobs[0]?.id });
	});

	test("that a gateway answered for and that made no job ends with the gateway's fault", async () => {
		on("start", [badGateway()]);
		const { fault } = await run();
		expect(fault?.code).toBe("backend_down");
		expect(note()).toMatchObject({ phase: "ended", state: "no job was made: backend_down" });
		expect(calls("start")).toBe(1);
	});

	test("whose answer is lost together with DSS keeps its note, and the next run ends its job", async () => {
		fake.course = { runMs: Number.POSITIVE_INFINITY };
		fake.trouble = ({ name, nth }) => (name === "start" ? badGateway(true) : nth > 0 ? badGateway() : undefined);
		expect((await run()).fault?.code).toBe("backend_down");
		expect(note()).toMatchObject({ phase: "starting" });

		fake.trouble = () => undefined;
		const [orphan] = fake.unfinished();
		fake.course = { runMs: 1_000 };
		const { fault } = await run();
		expect(fault).toBeUndefined();
		expect(orphan?.aborts).toBe(1);
		expect(fake.overlaps).toEqual([]);
	});

	test("is noted on disk before it leaves", async () => {
		let seen: unknown;
		fake.trouble = ({ name }) => {
			if (name === "start") seen = note();
			return undefined;
		};
		await run();
		expect(seen).toMatchObject({ phase: "starting", before: { known: [] } });
	});

	test("is not sent where DSS cannot even list its jobs", async () => {
		on("list", [badGateway()]);
		expect((await run()).fault?.code).toBe("backend_down");
		expect(calls("start")).toBe(0);
	});
});

describe("DSS breaks while the job runs", () => {
	test("three looks in a row that find it down end the run; the next run takes the job up", async () => {
		fake.course = { runMs: 40_000 };
		always("status", badGateway());
		const { fault, values } = await run();
		expect(fault?.code).toBe("backend_down");
		expect(values).toMatchObject({ aborted: false, job_id: fake.jobs[0]?.id });
		expect(calls("abort")).toBe(0);
		expect(note()).toMatchObject({ phase: "running" });

		fake.trouble = () => undefined;
		fake.course = {};
		expect((await run()).fault).toBeUndefined();
		expect(fake.jobs[0]?.aborts).toBe(1);
		expect(fake.overlaps).toEqual([]);
	});

	test("a key that may not see the status may still abort", async () => {
		fake.course = { runMs: Number.POSITIVE_INFINITY };
		always("status", dssError(403, "com.dataiku.dip.exceptions.UnauthorizedException", "needs MONITOR_JOBS"));
		const { fault, values } = await run();
		expect(fault?.code).toBe("right_missing");
		expect(values["aborted"]).toBe(true);
		expect(fake.unfinished()).toEqual([]);
		// The list tells the next run that the job is over.
		expect((await run()).fault?.code).toBe("right_missing");
		expect(fake.jobs).toHaveLength(2);
	});
});

describe("a run that was cut short", () => {
	test("between the order and the note of its id: the orphan is found, aborted and waited for", async () => {
		fake.course = { runMs: Number.POSITIVE_INFINITY, abortMs: 3_000 };
		// list, list's answer, order, then never the order's answer
		expect(await drive(clock, startCanary(fake, clock, notes, { isDead: (step) => step >= 3 }), 2_000)).toBeUndefined();
		expect(note()).toMatchObject({ phase: "starting" });
		expect(fake.jobs).toHaveLength(1);

		fake.course = { runMs: 1_000 };
		const { fault, values } = await run();
		expect(fault).toBeUndefined();
		expect(values).toMatchObject({ state: "DONE", job_id: fake.jobs[1]?.id, aborted: false });
		expect(fake.jobs[0]?.aborts).toBe(1);
		expect(fake.overlaps).toEqual([]);
	});

	test("before the order left: the next run waits until no job can appear, then starts one", async () => {
		await drive(clock, startCanary(fake, clock, notes, { isDead: (step) => step >= 2 }), 2_000);
		expect(fake.jobs).toHaveLength(0);
		expect((await run()).fault).toBeUndefined();
		expect(fake.jobs).toHaveLength(1);
	});

	test("is not judged by the age of its note where the wall clock was set forward since", async () => {
		on("start", [{ answer: "hang", effect: 4_000 }]);
		await drive(clock, startCanary(fake, clock, notes, { isDead: (step) => step >= 3 }), 300);
		clock.jumpWall(3_600_000);
		fake.course = { runMs: 30_000 };
		expect((await run()).fault).toBeUndefined();
		expect(fake.jobs).toHaveLength(2);
		expect(fake.overlaps).toEqual([]);
	});

	test("with little time in each run: an old note is believed, a young one is not yet", async () => {
		await drive(clock, startCanary(fake, clock, notes, { isDead: (step) => step >= 2 }), 300);
		const young = await run({ timeoutMs: 10_000 });
		expect(young.fault?.code).toBe("job_overlap");
		expect(young.fault?.text).toContain("not yet certain");
		await clock.advance(70_000);
		expect((await run({ timeoutMs: 10_000 })).fault).toBeUndefined();
	});

	test("by a stop of the program: the job is aborted at once, and the note stays for the next start", async () => {
		fake.course = { runMs: Number.POSITIVE_INFINITY };
		const stop = new AbortController();
		const going = startCanary(fake, clock, notes, { signal: stop.signal });
		await clock.advance(3_000);
		stop.abort(new Error("SIGTERM"));
		const found = await drive(clock, going, 200);
		expect(found?.fault?.code).toBe("prober_stalled");
		expect(found?.values).toMatchObject({ aborted: true, state: "RUNNING" });
		expect(fake.unfinished()).toEqual([]);
		expect(note()).toMatchObject({ phase: "running" });
		fake.course = {};
		expect((await run()).fault).toBeUndefined();
	});

	test("before its job appeared: a blip of the status does not make the job a deleted one", async () => {
		on("start", [{ answer: "hang", effect: 2_000 }]);
		await drive(clock, startCanary(fake, clock, notes, { isDead: (step) => step >= 3 }), 300);
		fake.course = { runMs: 3_000 };
		on("status", [dssError(500, "java.lang.IllegalStateException", "oops")]);
		expect((await run()).fault).toBeUndefined();
		expect(fake.jobs).toHaveLength(2);
		expect(fake.overlaps).toEqual([]);
	});

	test("whose job DSS neither lists nor tells anything about but errors does not block the canary", async () => {
		fake.course = { runMs: Number.POSITIVE_INFINITY };
		await drive(clock, startCanary(fake, clock, notes, { isDead: (step) => step >= 6 }), 2_000);
		const id = fake.jobs.pop()?.id;
		fake.course = {};
		fake.trouble = ({ name, id: asked }) =>
			["status", "abort"].includes(name) && asked === id
				? dssError(500, "java.lang.IllegalArgumentException", "bad job id")
				: undefined;
		expect((await run()).fault).toBeUndefined();
		expect(fake.jobs).toHaveLength(1);
	});

	test("whose job was deleted in DSS since does not block the canary", async () => {
		fake.course = { runMs: Number.POSITIVE_INFINITY };
		await drive(clock, startCanary(fake, clock, notes, { isDead: (step) => step >= 6 }), 2_000);
		expect(note()).toMatchObject({ phase: "running" });
		fake.jobs.length = 0;
		fake.course = {};
		expect((await run()).fault).toBeUndefined();
	});

	test("and whose note cannot be read leaves a job that is waited for, but not aborted", async () => {
		fake.course = { runMs: 5_000 };
		fake.make("canary_out");
		notes.disk.set("canary", "{half a no");
		fake.course = {};
		expect((await run()).fault).toBeUndefined();
		expect(calls("abort")).toBe(0);
		expect(fake.overlaps).toEqual([]);
	});
});

describe("somebody else builds the output", () => {
	test("by hand: the canary waits, then says that it cannot start", async () => {
		fake.course = { runMs: Number.POSITIVE_INFINITY };
		const other = fake.make("canary_out", "UI");
		const { fault } = await run();
		expect(fault?.code).toBe("job_overlap");
		expect(fault?.text).toContain(other.id);
		expect(other.aborts).toBe(0);
		expect(calls("start")).toBe(0);
	});

	test("jobs for other outputs are nothing to the canary", async () => {
		fake.course = { runMs: Number.POSITIVE_INFINITY };
		fake.make("other_out");
		fake.course = {};
		expect((await run()).fault).toBeUndefined();
	});

	test("a job of a scenario is never taken for a lost order of ours", async () => {
		on("start", [badGateway()]);
		const going = startCanary(fake, clock, notes);
		await clock.advance(1_000);
		fake.make("canary_out", "SCENARIO");
		expect((await drive(clock, going))?.fault?.code).toBe("backend_down");
	});
});
