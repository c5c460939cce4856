import fc from "fast-check";
import { expect, test } from "vitest";
import { createParts, type Parts } from "../../src/app/parts.ts";
import type { Config } from "../../src/config/alerts.ts";
import type { Check } from "../../src/config/checks.ts";
import { chainsOf } from "../../src/dispatch/chain.ts";
import type { Plan } from "../../src/dispatch/dispatch.ts";
import { isTold } from "../../src/dispatch/settle.ts";
import { targetsFor } from "../../src/dispatch/targets.ts";
import { silentLog } from "../../src/log.ts";
import type { Transition } from "../../src/model/alert.ts";
import type { Notification } from "../../src/model/notification.ts";
import type { Level } from "../../src/model/verdict.ts";
import type { Channel, Outcome } from "../../src/notify/channel.ts";
import type { ChannelOptions } from "../../src/notify/notify.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { aPolicy, aRoute, aVerdict, aWindow, HOUR, MINUTE, SECOND, T0, theRules } from "../support/builders.ts";
import { virtualClock } from "../support/clock.ts";

const KEYS = ["design/front", "design/api"] as const;
const TICK_MS = 10 * SECOND;
const CHANNELS = ["mail", "pager", "boss"];

const ROUTES: readonly Plan["routes"][] = [
	[aRoute({ to: ["mail"] })],
	[
		aRoute({
			match: { severity: "critical" },
			to: ["pager"],
			group_by: ["instance"],
			group_wait: 15 * SECOND,
			repeat_every: 3 * MINUTE,
			escalate: [{ after: 2 * MINUTE, to: ["boss"] }],
		}),
		aRoute({ to: ["mail"], group_by: ["severity"], group_wait: 25 * SECOND }),
	],
	[aRoute({ to: ["mail", "pager"], group_by: ["instance"], group_wait: 45 * SECOND, group_interval: 2 * MINUTE })],
];
const WINDOWS: readonly Plan["maintenance"][] = [
	[],
	[],
	[aWindow({ cron: "*/10 8 * * MON", for: 3 * MINUTE, match: { check: "api" } })],
];

const level = fc.constantFrom<Level>("ok", "ok", "ok", "critical", "critical", "warning", "unknown");
const course = fc
	.array(fc.tuple(level, fc.constantFrom(1, 1, 2, 3, 5, 12)), { minLength: 1, maxLength: 8 })
	.map((parts) => parts.flatMap(([level, ticks]) => Array.from({ length: ticks }, () => level)));
const plan = fc.record({ routes: fc.constantFrom(...ROUTES), maintenance: fc.constantFrom(...WINDOWS) });
const tick = fc.nat(50);
const event = fc.oneof(
	fc.record({ at: tick, what: fc.constant("reload" as const), plan }),
	fc.record({ at: tick, what: fc.constant("restart" as const) }),
	fc.record({ at: tick, what: fc.constant("ack" as const), key: fc.constantFrom(...KEYS) }),
	fc.record({
		at: tick,
		what: fc.constant("silence" as const),
		check: fc.constantFrom("front", "api", "*"),
		ticks: fc.integer({ min: 1, max: 30 }),
	}),
	fc.record({ at: tick, what: fc.constant("endSilences" as const) }),
	fc.record({
		at: tick,
		what: fc.constant("answers" as const),
		channel: fc.constantFrom(...CHANNELS),
		as: fc.constantFrom<Outcome["result"]>("sent", "retry", "rejected"),
	}),
);
const policy = fc.record({
	failAfter: fc.constantFrom(1, 2),
	recoverAfter: fc.constantFrom(1, 2),
	flapping: fc.boolean(),
});
const history = fc.record({
	plan,
	isBelow: fc.boolean(),
	policies: fc.tuple(policy, policy),
	courses: fc.tuple(course, course),
	events: fc.array(event, { maxLength: 7 }),
	fallback: fc.boolean(),
});
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

interface Expected {
	readonly transition: Transition;
	readonly channels: readonly string[];
}

/** Plays a history with the program's own parts: what had to be noted, what the store says, and who got which message. */
async function play({ plan: first, isBelow, policies, courses, events, fallback }: History) {
	const clock = virtualClock(T0, () => new Promise((resolve) => setImmediate(resolve)));
	const memory = openSqlite(":memory:");
	const store = { ...memory, close() {} };
	const expected: Expected[] = [];
	const got: { channel: string; message: Notification }[] = [];
	const answers = new Map<string, Outcome["result"]>();
	/** The level of each incident, as its transitions tell it. */
	const levels = new Map<string, Level>();
	let plan: Plan = first;

	const onTransition = (transition: Transition): void => {
		const { change, incident = "", key } = transition;
		if (change !== "resolved") levels.set(incident, transition.level);
		if (!isTold(change)) return;
		const [instance = "", check = ""] = key.split("/");
		const labels = { severity: levels.get(incident) ?? "", layer: check, instance, check };
		expected.push({ transition, channels: targetsFor(plan.routes, labels).map(({ channel }) => channel) });
	};
	const checks = KEYS.map((key, index): Check => {
		const [instance = "", name = ""] = key.split("/");
		return {
			key,
			name,
			summary: "",
			instance: { name: instance, url: "https://dss.example", labels: {} } as unknown as Check["instance"],
			probe: {} as Check["probe"],
			timing: { every: TICK_MS } as Check["timing"],
			timeoutMs: TICK_MS,
			rules: theRules([]),
			policy: aPolicy({ ...policies[index], gapMs: HOUR }),
			retryEveryMs: TICK_MS,
			parents: isBelow && index > 0 ? [KEYS[0]] : [],
			labels: { layer: name },
		};
	});
	const config = (): Config => ({
		file: "alerts.yaml",
		instances: new Map(),
		checks,
		channels: new Map(CHANNELS.map((name) => [name, {} as ChannelOptions])),
		routes: plan.routes,
		maintenance: plan.maintenance,
		store: { path: ":memory:", keep: 1e12, max_samples: 1e6 },
		answers: {},
		sinks: new Map(),
		secrets: [],
		warnings: [],
	});
	const channel = (name: string): Channel => ({
		name,
		type: "webhook",
		timeoutMs: 10 * SECOND,
		giveUpAfterMs: 10 * MINUTE,
		parallel: 4,
		...(fallback && name === "pager" && { fallback: "mail" }),
		async send(message) {
			const result = answers.get(name) ?? "sent";
			if (result === "sent") got.push({ channel: name, message });
			return result === "sent" ? { result } : ({ result, error: "503" } as Outcome);
		},
		close() {},
	});
	const start = (): Parts => {
		const around = { clock, log: silentLog, random: () => 0.5, readText: () => "", onTransition };
		const given = { ...around, createChannel: channel, openStore: () => store };
		const parts = createParts(config(), given, () => {}, false);
		parts.use(config(), []);
		return parts;
	};

	let parts = start();
	const act = (one: History["events"][number], tick: number): void => {
		const now = clock.now();
		switch (one.what) {
			case "reload":
				plan = one.plan;
				parts.use(config(), []);
				return;
			case "restart":
				parts.pipeline.stop();
				parts.notifier.stop();
				parts.keeper.close();
				parts = start();
				return;
			case "ack":
				parts.pipeline.acknowledge(one.key, "ada", "on it");
				return;
			case "silence": {
				const until = now + one.ticks * TICK_MS;
				const made = { from: now, until, author: "ada", comment: "upgrade", createdAt: now };
				parts.pipeline.silence({ id: `s${tick}-${one.check}`, match: { check: one.check }, ...made });
				return;
			}
			case "endSilences":
				for (const silence of parts.ledger.silences()) parts.pipeline.silence({ ...silence, endedAt: now });
				return;
			case "answers":
				answers.set(one.channel, one.as);
		}
	};
	const ticks = Math.max(50, ...courses.map((course) => course.length));
	for (let tick = 0; tick <= ticks + 40; tick++) {
		for (const one of events) if (one.at === tick) act(one, tick);
		if (tick === ticks) answers.clear();
		for (const [index, key] of KEYS.entries()) {
			const level = courses[index]?.[tick] ?? courses[index]?.at(-1) ?? "ok";
			parts.pipeline.absorb(key, { startedAt: clock.now(), durationMs: 1, values: {} }, aVerdict(level));
		}
		await clock.advance(TICK_MS);
	}
	await clock.advance(2 * HOUR);
	parts.pipeline.stop();
	parts.notifier.stop();
	const dispositions = memory.dispositions(undefined, 10_000);
	memory.close();
	return { expected, got, dispositions };
}

/** Cheaper than an assertion of the test library. */
function must(holds: boolean, what: string, about: unknown): void {
	if (!holds) throw new Error(`violated: ${what}: ${JSON.stringify(about, undefined, 1)}`);
}

test("in any history, each transition of which people are told ends in exactly one way on each channel that routing names", async () => {
	let [transitions, chains] = [0, 0];
	await fc.assert(
		fc.asyncProperty(history, async (given) => {
			const { expected, got, dispositions } = await play(given);
			for (const { transition, channels } of expected) {
				transitions++;
				const found = chainsOf(transition, dispositions).filter(({ insteadOf }) => insteadOf === undefined);
				for (const name of channels) {
					const mine = found.filter(({ channel }) => channel === name);
					must(mine.length === 1, "there is one chain for each channel", { name, transition, dispositions });
					const steps = mine[0]?.steps ?? [];
					chains++;
					const sent = steps.filter(({ outcome }) => outcome === "sent");
					const about = { transition, steps };
					must(sent.length <= 1, "nothing is told twice", about);
					must(steps.at(-1)?.outcome !== "queued", "at rest nothing is left without an end", about);
					for (const [index, { outcome, reason, notification }] of steps.entries()) {
						const next = steps[index + 1];
						const isSame = next?.outcome === outcome && next.reason === reason && next.notification === notification;
						must(!isSame, "nothing is noted twice", about);
					}
					for (const { notification } of sent) {
						const arrived = got.some(({ channel, message }) => channel === name && message.id === notification);
						must(arrived, "what was noted as sent was received", about);
					}
				}
			}
			for (const { channel, message } of got) {
				if (message.type === "alert.reminder" || message.type === "alert.acknowledged") continue;
				for (const { key } of message.alerts) {
					const isKnown = dispositions.some((one) => one.key === key && one.notification === message.id);
					must(isKnown, "what was received is noted", { channel, message });
				}
			}
		}),
		{ numRuns: 150 },
	);
	// A test of nothing proves nothing.
	expect(transitions).toBeGreaterThan(150);
	expect(chains).toBeGreaterThan(150);
}, 60_000);
