import { expect, test } from "vitest";
import type { Plan } from "../../src/dispatch/dispatch.ts";
import type { Sample } from "../../src/model/sample.ts";
import { redactor } from "../../src/model/secret.ts";
import { createPipeline, type PipelineDeps } from "../../src/pipeline/pipeline.ts";
import type { Watched } from "../../src/pipeline/watched.ts";
import { createLedger } from "../../src/store/ledger.ts";
import type { Change } from "../../src/store/store.ts";
import { aPolicy, aRoute, aSample, aVerdict, MINUTE, SECOND, theRules } from "../support/builders.ts";
import { virtualClock } from "../support/clock.ts";

const SECRET = "s3cret-in-an-answer";
const PLAN: Plan = { routes: [aRoute({ to: ["ops"] })], maintenance: [] };

function aCheck(name: string, given: Partial<Watched> = {}): Watched {
	return {
		key: `design/${name}`,
		name,
		summary: "It answers.",
		instance: { name: "design", url: "https://dss.example", labels: {} },
		rules: theRules(["status == 200"]),
		policy: aPolicy({ failAfter: 2, recoverAfter: 1 }),
		timeoutMs: 10 * SECOND,
		retryEveryMs: 5 * SECOND,
		parents: [],
		labels: {},
		...given,
	};
}

/** The pipeline over a memory, with everything it does to the outside in the order in which it does it. */
function setUp(checks: readonly Watched[] = [aCheck("boot")], given: Partial<PipelineDeps> = {}) {
	const clock = virtualClock();
	const ledger = createLedger({ alerts: [], told: [], outbox: [], notes: new Map(), silences: [] });
	const done: string[] = [];
	const changes: Change[] = [];
	const kept: { key: string; sample: Sample }[] = [];
	const looks: { key: string; inMs: number }[] = [];
	const pipeline = createPipeline({
		clock,
		ledger,
		redact: () => redactor([SECRET]),
		commit(change) {
			const { notifications = [], transitions = [] } = change;
			changes.push(change);
			done.push(
				`stored ${[...transitions.map((one) => one.change), ...notifications.map(({ type }) => type)].join(" ")}`,
			);
		},
		keep: (sample) => void kept.push(sample),
		tell: ({ fresh, joined, cancelled }) =>
			void done.push(
				`told ${[...fresh, ...joined].map(({ type }) => type).join(" ")}${cancelled.map((id) => `-${id}`)}`,
			),
		look: (key, inMs) => void looks.push({ key, inMs }),
		...given,
	});
	pipeline.watch(checks, PLAN);
	const take = (status: number, key = "design/boot", more: Partial<Sample> = {}) =>
		pipeline.take(key, aSample({ status }, { startedAt: clock.now(), ...more }));
	const bad = async (times: number, key?: string) => {
		for (let time = 0; time < times; time++) {
			take(502, key);
			await clock.advance(5 * SECOND);
		}
	};
	return { clock, ledger, pipeline, done, changes, kept, looks, take, bad };
}

test("what is decided is stored, with the change that led to it, before anyone is told", async () => {
	const { done, changes, bad } = setUp();
	await bad(2);
	expect(done).toEqual(["stored pending", "stored fired alert.firing", "told alert.firing"]);
	// One change holds state, transition and message: all of it is remembered, or nothing.
	expect(changes[1]).toMatchObject({
		alerts: expect.arrayContaining([expect.objectContaining({ state: expect.objectContaining({ phase: "firing" }) })]),
		transitions: [{ change: "fired" }],
		notifications: [{ type: "alert.firing" }],
		told: [{ channel: "ops" }],
	});
});

test("steady good samples are kept and cause no other work", async () => {
	const { clock, done, kept, looks, take } = setUp();
	take(200);
	const first = done.length;
	for (let n = 0; n < 100; n++) {
		take(200);
		await clock.advance(30 * SECOND);
	}
	expect(done.length).toBe(first);
	expect(looks).toEqual([]);
	expect(kept).toHaveLength(101);
	expect(clock.pending()).toBe(0);
});

test("a firing alert that stays as bad as it was is not stored again and again", async () => {
	const { done, bad } = setUp();
	await bad(2);
	const before = done.length;
	await bad(50);
	expect(done.length).toBe(before);
});

test("where one bad measurement fires, a single look that broke off does not, and two in a row do", async () => {
	const policy = aPolicy({ failAfter: 1, recoverAfter: 1, faultAfter: 2 });
	const { ledger, clock, take } = setUp([aCheck("boot", { policy })]);
	const broken = { fault: { code: "backend_down" as const, text: "HTTP 502" }, values: {} };
	const phaseAfter = async (status: number, more?: object) => {
		take(status, "design/boot", more);
		await clock.advance(5 * SECOND);
		return ledger.alert("design/boot")?.state.phase;
	};
	expect(await phaseAfter(200, broken)).toBe("pending");
	expect(await phaseAfter(200)).toBe("inactive");
	expect(await phaseAfter(404)).toBe("firing");
	expect(await phaseAfter(200)).toBe("inactive");
	await phaseAfter(200, broken);
	expect(await phaseAfter(200, broken)).toBe("firing");
});

test("a fault of the prober is kept, and moves no alert in either direction", async () => {
	const { ledger, kept, done, take, bad } = setUp();
	const blind = { fault: { code: "prober_resolver" as const, text: "the resolver does not answer" }, values: {} };
	await bad(1);
	const before = done.length;
	for (let n = 0; n < 5; n++) expect(take(0, "design/boot", blind)?.level).toBe("unknown");
	expect(ledger.alert("design/boot")?.state).toMatchObject({ phase: "pending", bad: 1 });
	await bad(1);
	expect(ledger.alert("design/boot")?.state.phase).toBe("firing");
	for (let n = 0; n < 5; n++) take(0, "design/boot", blind);
	expect(ledger.alert("design/boot")?.state.phase).toBe("firing");
	expect(done.slice(before)).toEqual(["stored fired alert.firing", "told alert.firing"]);
	expect(kept.filter(({ sample }) => sample.fault?.code === "prober_resolver")).toHaveLength(10);
});

test("a check that is unsure is looked at sooner, and one that is sure is not", async () => {
	const { clock, looks, take } = setUp();
	take(502);
	expect(looks).toEqual([{ key: "design/boot", inMs: 5 * SECOND }]);
	await clock.advance(5 * SECOND);
	take(502);
	expect(looks).toHaveLength(1);
});

test("parents and children are asked for their opinion when a check goes bad, a job never", () => {
	const { looks, take } = setUp([
		aCheck("boot", { labels: { layer: "backend" } }),
		aCheck("api", { parents: ["design/boot"], labels: { layer: "api" } }),
		aCheck("canary", { parents: ["design/api"], labels: { layer: "job" } }),
	]);
	take(502, "design/api");
	expect(looks.map(({ key }) => key).toSorted()).toEqual(["design/api", "design/boot"]);
	expect(looks.find(({ key }) => key === "design/boot")?.inMs).toBe(0);
});

test("decisions that are put off are taken together, so that a child is not told before its parent is known", () => {
	const policy = aPolicy({ failAfter: 1 });
	const { pipeline, done, changes, take } = setUp(
		[aCheck("boot", { policy }), aCheck("api", { policy, parents: ["design/boot"] })],
		{ deferred: true },
	);
	take(502, "design/api");
	take(502, "design/boot");
	expect(done).toEqual(["stored fired", "stored fired"]);
	pipeline.settle();
	const told = changes.flatMap(({ notifications = [] }) => notifications);
	expect(told.map(({ alerts }) => alerts.map(({ key }) => key))).toEqual([["design/boot"]]);
	expect(done.at(-1)).toBe("told alert.firing");
});

test("a check that is no longer watched is closed on every channel that heard of it, and forgotten", async () => {
	const { pipeline, ledger, changes, done, take, bad } = setUp([aCheck("boot"), aCheck("api")]);
	await bad(2);
	pipeline.watch([aCheck("api")], PLAN);
	expect(done.at(-1)).toBe("told alert.resolved");
	const { notifications = [], forgotten } = changes.at(-1) as Change;
	expect(forgotten).toEqual(["design/boot"]);
	expect(notifications[0]?.alerts[0]).toMatchObject({ key: "design/boot", state: "resolved" });
	expect(ledger.alert("design/boot")).toBeUndefined();
	expect(ledger.told("design/boot")).toEqual([]);
	expect(take(502, "design/boot")).toBeUndefined();
});

test("a swap that keeps a firing check says nothing", async () => {
	const { pipeline, done, bad } = setUp();
	await bad(2);
	const before = done.filter((one) => one.startsWith("told")).length;
	pipeline.watch([aCheck("boot"), aCheck("api")], PLAN);
	expect(done.filter((one) => one.startsWith("told")).length).toBe(before);
});

test("a secret that a server echoes is in nothing that is kept, stored or told", async () => {
	const { changes, kept, pipeline, clock } = setUp();
	for (let n = 0; n < 2; n++) {
		const values = { status: 502, state: `you sent ${SECRET}` };
		const fault = { code: "backend_error" as const, text: `bad key ${SECRET}` };
		pipeline.take("design/boot", aSample(values, { startedAt: clock.now(), fault }));
		await clock.advance(5 * SECOND);
	}
	expect(JSON.stringify(changes)).toContain("alert.firing");
	expect(JSON.stringify([changes, kept])).not.toContain(SECRET);
});

test("the program's own verdict goes the same way as any other", async () => {
	const { pipeline, clock, done } = setUp([aCheck("self", { key: "dss-probe/self" })]);
	for (let n = 0; n < 2; n++) {
		pipeline.absorb("dss-probe/self", aSample({}, { startedAt: clock.now() }), aVerdict("warning", "prober_store"));
		await clock.advance(5 * SECOND);
	}
	pipeline.absorb("dss-probe/self", aSample({}, { startedAt: clock.now() }), aVerdict("ok"));
	expect(done.filter((one) => one.startsWith("told"))).toEqual(["told alert.firing", "told alert.resolved"]);
});

test("nothing is decided any more once it is stopped", async () => {
	const { pipeline, clock, done, bad } = setUp();
	pipeline.watch([aCheck("boot")], {
		routes: [aRoute({ to: ["ops"], repeat_every: MINUTE })],
		maintenance: [],
	});
	await bad(2);
	const before = done.length;
	pipeline.stop();
	await clock.advance(10 * MINUTE);
	expect(done.length).toBe(before);
	expect(clock.pending()).toBe(0);
});

test("a long look that fails at its end waits for its parent, although that was well while the look went on", async () => {
	const child = aCheck("scenarios", { policy: aPolicy({ failAfter: 1 }), parents: ["design/boot"] });
	const { clock, pipeline, done, looks, take, bad } = setUp([aCheck("boot"), child]);
	const startedAt = clock.now();
	await clock.advance(3 * SECOND);
	take(200);
	await clock.advance(6 * SECOND);
	const fault = { code: "backend_down", text: "HTTP 502" } as const;
	take(502, "design/scenarios", { startedAt, durationMs: 9 * SECOND, fault });
	expect(done.filter((one) => one.startsWith("told"))).toEqual([]);
	expect(looks).toContainEqual({ key: "design/boot", inMs: 0 });
	await bad(2);
	expect(done.filter((one) => one.startsWith("told"))).toEqual(["told alert.firing"]);
	expect(pipeline.mutedBy("design/scenarios")?.reason).toBe("parent design/boot is firing");
});
