import fc from "fast-check";
import type { Plan } from "../../src/dispatch/dispatch.ts";
import type { Sample } from "../../src/model/sample.ts";
import { aRoute, aWindow, HOUR, MINUTE, SECOND } from "../support/builders.ts";

/** What a target does while it is looked at. `band` is good, but not good enough to end a slowness. */
export type Outcome = "ok" | "down" | "refused" | "slow" | "band" | "unsupported" | "blind";

const STATUS_502 = { status: 502, latency: 0.01 };
export const SAMPLES: Readonly<Record<Outcome, Pick<Sample, "values" | "fault">>> = {
	ok: { values: { status: 200, latency: 0.2 } },
	down: { values: STATUS_502 },
	refused: { values: {}, fault: { code: "connection_refused", text: "ECONNREFUSED" } },
	slow: { values: { status: 200, latency: 3 } },
	band: { values: { status: 200, latency: 1.7 } },
	unsupported: { values: {}, fault: { code: "unsupported", text: "this DSS is older" } },
	blind: { values: {}, fault: { code: "prober_stalled", text: "held up" } },
};

export const CHANNELS = ["mail", "pager", "boss", "log"] as const;
export type ChannelName = (typeof CHANNELS)[number];

/** What a channel does with a message: `deaf` takes it and never answers, `busy` answers 429, `refusing` wants none. */
export type Mood = "dead" | "slow" | "deaf" | "busy" | "refusing";

export const KEYS = ["design/front", "design/api", "design/job", "other/front"] as const;

/** How the checks stand to each other: keys of parents, by the order of `KEYS`. */
const FAMILIES: readonly (readonly (readonly string[])[])[] = [
	[[], [], [], []],
	[[], ["design/front"], ["design/front"], []],
	[[], ["design/front"], ["design/api", "design/front"], ["design/front"]],
	[["other/front"], ["design/front"], ["design/api"], []],
];

const ROUTES: readonly Plan["routes"][] = [
	[aRoute({ to: ["mail"] })],
	[
		aRoute({
			match: { severity: "critical" },
			to: ["pager"],
			group_by: ["instance"],
			group_wait: 15 * SECOND,
			repeat_every: 20 * MINUTE,
			escalate: [{ after: 2 * MINUTE, to: ["boss"] }],
		}),
		aRoute({ to: ["mail"], group_by: ["severity"], group_wait: 25 * SECOND }),
	],
	[
		aRoute({
			to: ["mail", "pager"],
			group_by: ["severity"],
			group_wait: 45 * SECOND,
			repeat_every: 3 * MINUTE,
			continue: true,
		}),
		aRoute({ to: ["log"], group_by: ["instance"] }),
	],
	[
		aRoute({ match: { severity: "critical" }, to: ["mail"] }),
		aRoute({
			to: ["mail"],
			group_by: ["instance"],
			group_wait: 40 * SECOND,
			escalate: [
				{ after: 30 * SECOND, to: ["log"] },
				{ after: 10 * MINUTE, to: ["boss"] },
			],
		}),
	],
	[
		aRoute({ match: { check: "a*" }, to: ["pager"], group_wait: 35 * SECOND }),
		aRoute({ to: ["mail"], repeat_every: HOUR, group_by: ["check"], group_wait: 2 * MINUTE }),
	],
];

/** All of them are over by 09:03. */
const WINDOWS: readonly Plan["maintenance"][] = [
	[],
	[],
	[aWindow({ cron: "*/10 8 * * MON", for: 3 * MINUTE, match: { check: "api" } })],
	[
		aWindow({ cron: "*/5 8 * * MON", for: MINUTE }),
		aWindow({ cron: "20 8 * * MON", for: 15 * MINUTE, match: { severity: "critical" } }),
	],
];

/** The eventful part, s; then comes the quiet one. */
export const EVENTFUL_S = 3_600;
export const QUIET_S = 100 * 60;

const lasting = fc.constantFrom(8, 15, 30, 60, 60, 120, 120, 300, 900);
const outcome = fc.constantFrom<Outcome>(
	...([
		"ok",
		"ok",
		"ok",
		"ok",
		"down",
		"down",
		"down",
		"refused",
		"slow",
		"slow",
		"band",
		"unsupported",
		"blind",
	] as const),
);
const single = fc.tuple(outcome, lasting).map((one) => [one]);
/** To and fro, so often that it may be flapping. */
const restless = fc
	.record({ bad: fc.constantFrom<Outcome>("down", "slow"), badS: lasting, goodS: lasting, times: fc.nat(20) })
	.map(({ bad, badS, goodS, times }) =>
		Array.from({ length: times }, () => [
			[bad, Math.min(180, badS)] as [Outcome, number],
			["ok", Math.min(180, goodS)] as [Outcome, number],
		]).flat(),
	);
const course = fc.record({
	segments: fc
		.array(fc.oneof({ weight: 6, arbitrary: single }, { weight: 1, arbitrary: restless }), { maxLength: 10 })
		.map((parts) => parts.flat()),
	/** What it ends with, and keeps. */
	last: fc.constantFrom<Outcome>("ok", "ok", "ok", "down", "slow", "refused"),
});

const policy = fc.record({
	failAfter: fc.constantFrom(1, 2, 3),
	/** So many more samples that may be good meanwhile. */
	spare: fc.constantFrom(0, 0, 0, 2),
	recoverAfter: fc.constantFrom(1, 1, 2),
	flapping: fc.constantFrom(true, true, false),
});

const plan = fc.record({ routes: fc.nat(ROUTES.length - 1), windows: fc.nat(WINDOWS.length - 1) });
export type PlanChoice = { readonly routes: number; readonly windows: number };
export const planOf = ({ routes, windows }: PlanChoice): Plan => ({
	routes: ROUTES[routes] as Plan["routes"],
	maintenance: WINDOWS[windows] as Plan["maintenance"],
});

type Match = Readonly<Record<string, string>>;
const match = fc.constantFrom<Match>({}, { check: "front" }, { instance: "design" }, { severity: "critical" });
const at = fc.integer({ min: 20, max: EVENTFUL_S });
const spell = fc.record({
	do: fc.constant("channel" as const),
	at,
	channel: fc.constantFrom(...CHANNELS, "pager", "pager"),
	mood: fc.constantFrom<Mood>("dead", "dead", "dead", "slow", "deaf", "busy", "refusing"),
	forS: fc.constantFrom(20, 120, 600, 1_800),
});
const event = fc.oneof(
	fc.record({ do: fc.constant("silence" as const), at, match, forS: fc.constantFrom(45, 300, 1_500) }),
	fc.record({ do: fc.constant("unsilence" as const), at }),
	fc.record({ do: fc.constant("ack" as const), at, key: fc.constantFrom(...KEYS) }),
	fc.record({
		do: fc.constant("reload" as const),
		at,
		plan,
		/** A check that this configuration lacks. */
		without: fc.option(fc.constantFrom(...KEYS), { freq: 3 }),
	}),
	fc.record({ do: fc.constant("restart" as const), at, offS: fc.constantFrom(0, 1, 40, 900) }),
	fc.record({
		do: fc.constant("crash" as const),
		at,
		/** At once, or with the next message: before it arrives or after that. */
		when: fc.constantFrom("now" as const, "before" as const, "after" as const),
		offS: fc.constantFrom(0, 5, 200),
	}),
	// Never by whole steps: a moment that comes twice to the millisecond would give two incidents one name.
	fc.record({ do: fc.constant("set clock" as const), at, byS: fc.constantFrom(-601.337, -31.011, -4.7, 4.7, 31, 602) }),
	fc.record({ do: fc.constant("upgrade" as const), at }),
	spell,
	spell,
);
export type Event = typeof event extends fc.Arbitrary<infer One> ? One : never;

export const history = fc.record({
	plan,
	family: fc.nat(FAMILIES.length - 1),
	policies: fc.tuple(policy, policy, policy, policy),
	courses: fc.tuple(course, course, course, course),
	events: fc.array(event, { maxLength: 12 }),
	/** Where not all of a channel's receivers are patient: it gives up after so long, s, and mail takes over. */
	pagerGivesUpS: fc.option(fc.constantFrom(60, 400), { freq: 4 }),
	random: fc.constantFrom(0, 0.5, 0.99),
});
export type History = typeof history extends fc.Arbitrary<infer One> ? One : never;

export const parentsOf = ({ family }: History, key: string): readonly string[] =>
	FAMILIES[family]?.[KEYS.indexOf(key as (typeof KEYS)[number])] ?? [];

/** What a check sees so many seconds after the beginning. */
export function outcomeAt({ segments, last }: History["courses"][number], second: number): Outcome {
	let end = 0;
	for (const [outcome, forS] of segments) {
		end += forS;
		if (end > EVENTFUL_S) break;
		if (second < end) return outcome;
	}
	return last;
}
