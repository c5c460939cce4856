import { expect, test } from "vitest";
import { measureInTime } from "../../src/probe/deadline.ts";
import type { Finding, ProbeContext } from "../../src/probe/kind.ts";
import { MONDAY_MORNING, virtualClock } from "../support/clock.ts";
import { probeContext } from "../support/probe-context.ts";

const refused: Finding = { values: { latency: 1 }, fault: { code: "connection_refused", text: "refused" } };

function setUp(changes: Partial<ProbeContext> = {}) {
	const clock = virtualClock();
	return { clock, context: probeContext("http://127.0.0.1", { clock, timeoutMs: 5_000, ...changes }) };
}

/** Lets go when told to, and says how far it came. */
const obedient = ({ signal }: ProbeContext) =>
	new Promise<Finding>((resolve) => signal.addEventListener("abort", () => resolve(refused)));

test("a finding becomes a sample with the time it took", async () => {
	const { clock, context } = setUp();
	const sampled = measureInTime(
		"kind",
		async ({ clock }) => {
			await clock.sleep(1_200);
			return { values: { status: 200 }, facts: { body: "x" } };
		},
		context,
	);
	await clock.advance(1_200);
	expect(await sampled).toEqual({
		startedAt: MONDAY_MORNING,
		durationMs: 1_200,
		values: { status: 200 },
		facts: { body: "x" },
	});
	expect(clock.pending()).toBe(0);
});

test("a crash is a sample that accuses ourselves, whether thrown at once or later", async () => {
	const { clock, context } = setUp();
	const crashes = [
		() => {
			throw new Error("oops");
		},
		() => Promise.reject(new Error("oops")),
		() => Promise.reject("oops"),
	];
	for (const crash of crashes) {
		expect(await measureInTime("kind", crash, context)).toMatchObject({
			values: {},
			fault: { code: "prober_bug", text: "kind crashed: oops" },
		});
	}
	expect(clock.pending()).toBe(0);
});

test("at the deadline the measurement is told to let go and says itself how far it came", async () => {
	const { clock, context } = setUp();
	const sampled = measureInTime("kind", obedient, context);
	await clock.advance(5_000);
	expect(await sampled).toMatchObject({ ...refused, durationMs: 5_000 });
	expect(clock.pending()).toBe(0);
});

test("a measurement that does not let go is abandoned a quarter of a second later and named", async () => {
	const { clock, context } = setUp();
	const sampled = measureInTime("kind", () => new Promise(() => {}), context);
	await clock.advance(5_249);
	expect(clock.pending()).toBe(1);
	await clock.advance(1);
	expect(await sampled).toMatchObject({
		durationMs: 5_250,
		fault: { code: "prober_bug", text: "kind did not stop at its deadline" },
	});
});

test("a measurement that is abandoned and crashes afterwards disturbs nobody", async () => {
	const { clock, context } = setUp();
	const late = Promise.withResolvers<Finding>();
	const sampled = measureInTime("kind", () => late.promise, context);
	await clock.advance(6_000);
	late.reject(new Error("too late"));
	expect((await sampled).fault?.text).toBe("kind did not stop at its deadline");
});

test("a run cut short by the program's own end accuses nobody", async () => {
	const stop = new AbortController();
	const { clock, context } = setUp({ signal: stop.signal });
	const sampled = measureInTime("kind", obedient, context);
	await clock.advance(100);
	stop.abort();
	expect(await sampled).toMatchObject({ fault: { code: "prober_stalled" }, values: { latency: 1 } });
	expect(await measureInTime("kind", async () => refused, context)).toMatchObject({
		fault: { code: "prober_stalled" },
	});
});

test("a good measurement stays good when the program ends meanwhile", async () => {
	const { context } = setUp({ signal: AbortSignal.abort() });
	expect(await measureInTime("kind", async () => ({ values: { a: 1 } }), context)).not.toHaveProperty("fault");
});

test("a deadline that rings late because the program stood still accuses nobody", async () => {
	const { clock, context } = setUp();
	const sampled = measureInTime("kind", obedient, context);
	await clock.stall(8_200);
	const { fault } = await sampled;
	expect(fault).toEqual({ code: "prober_stalled", text: "the prober stood still for 3.2 s during this run" });
});
