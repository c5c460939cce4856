import fc from "fast-check";
import { test } from "vitest";
import type { Decision } from "../../src/dispatch/decision.ts";
import type { Plan } from "../../src/dispatch/dispatch.ts";
import { inMaintenance } from "../../src/dispatch/mute.ts";
import { targetsFor } from "../../src/dispatch/targets.ts";
import { type AlertView, routingLabels } from "../../src/dispatch/view.ts";
import { isOpen } from "../../src/model/alert.ts";
import { isWorse, type Level } from "../../src/model/verdict.ts";
import { aPolicy, aRoute, aView, aWindow, HOUR, MINUTE, SECOND } from "../support/builders.ts";
import { createStory, type Story, type StoryCheck } from "../support/story.ts";

const FRONT = "design/front";
const CHILDREN = ["design/api", "design/job"];
const KEYS = [FRONT, ...CHILDREN];
const CHANNELS = ["mail", "pager", "boss", "log"];
const TICK_MS = 10 * SECOND;

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
			repeat_every: MINUTE,
			continue: true,
		}),
		aRoute({ to: ["log"] }),
	],
	[
		aRoute({ match: { severity: "critical" }, to: ["mail"] }),
		aRoute({
			to: ["mail"],
			group_by: ["instance"],
			group_wait: 40 * SECOND,
			escalate: [{ after: 30 * SECOND, to: ["log"] }],
		}),
	],
	[
		aRoute({ match: { check: "a*" }, to: ["pager"], group_wait: 35 * SECOND }),
		aRoute({ to: ["mail"], repeat_every: HOUR }),
	],
];

/** All of them are over by 09:03. */
const WINDOWS: readonly Plan["maintenance"][] = [
	[],
	[],
	[aWindow({ cron: "*/10 8 * * MON", for: 3 * MINUTE, match: { check: "api" } })],
	[
		aWindow({ cron: "*/5 8 * * MON", for: MINUTE }),
		aWindow({ cron: "2 8 * * MON", for: MINUTE, match: { severity: "critical" } }),
	],
];

const plan = fc.record({ routes: fc.constantFrom(...ROUTES), maintenance: fc.constantFrom(...WINDOWS) });
const level = fc.constantFrom<Level>("ok", "ok", "ok", "critical", "critical", "warning", "unknown");
/** Levels that last for some ticks, so that incidents begin and end. */
const course = fc
	.array(fc.tuple(level, fc.constantFrom(1, 1, 2, 3, 5, 12)), { minLength: 1, maxLength: 9 })
	.map((parts) => parts.flatMap(([level, ticks]) => Array.from({ length: ticks }, () => level)));
const policy = fc.record({ failAfter: fc.constantFrom(1, 2, 3), recoverAfter: fc.constantFrom(1, 2) });
const history = fc.record({
	plan,
	/** Whether the checks have the front as their parent. */
	isBelow: fc.boolean(),
	policies: fc.tuple(policy, policy, policy),
	courses: fc.tuple(course, course, course),
	reloads: fc.array(fc.tuple(fc.nat(40), plan), { maxLength: 2 }),
	removed: fc.option(fc.constantFrom(...KEYS), { freq: 5 }),
});

function checksOf(
	policies: readonly { failAfter: number; recoverAfter: number }[],
	isBelow: boolean,
): readonly StoryCheck[] {
	return KEYS.map((key, index) => {
		const policy = aPolicy({ ...policies[index], gapMs: HOUR });
		return { key, policy, confirmMs: policy.failAfter * TICK_MS, parents: isBelow && key !== FRONT ? [FRONT] : [] };
	});
}

/** Cheaper than an assertion of the test library: this is asked some million times. */
function must(holds: boolean, what: string): void {
	if (!holds) throw new Error(`violated: ${what}`);
}

function explains(parent: AlertView["alert"]["state"], level: Level): boolean {
	return isOpen(parent) && !isWorse(level, parent.level);
}

/** What must hold of each single decision. */
function judge({ alert, ...view }: AlertView, decision: Decision, plan: Plan, now: number): void {
	for (const { alert: said, channel, overAt } of decision.told) {
		if (overAt !== undefined) continue;
		const labels = routingLabels({ alert, ...view }, said.level);
		const targets = targetsFor(plan.routes, labels).map((target) => target.channel);
		must(alert.state.phase === "firing", "only what is firing for certain is told");
		must(inMaintenance(plan.maintenance, labels, now) === undefined, "nobody is told in maintenance");
		must(targets.includes(channel), "only those whom a route names are told");
		must(!view.parents.some((parent) => explains(parent.alert.state, said.level)), "nobody is told under a parent");
	}
}

/** What must hold of all that a channel ever heard about an alert. */
function judgeHeard(story: Story, channel: string, key: string): void {
	const over = new Set<string>();
	/** How often an incident was told as new after the first time. */
	const again = new Map<string, number>();
	for (const { type, alert } of story.listeners.heard(channel, key)) {
		const { incident, state } = alert;
		const isKnown = again.has(incident);
		must(!over.has(incident), "nothing is said about an incident that is over");
		must(state === (type === "alert.resolved" ? "resolved" : "firing"), "the state in a message is that of its type");
		if (type === "alert.resolved") {
			must(isKnown, "only a problem that was heard is resolved");
			over.add(incident);
			continue;
		}
		must(isKnown || type !== "alert.reminder", "a reminder reminds of something");
		must(!isKnown || type !== "alert.escalated", "a channel that knows is not escalated to");
		must(
			isKnown || [...again.keys()].every((other) => over.has(other)),
			"the old incident ends before the new one begins",
		);
		const times = isKnown && type === "alert.firing" ? (again.get(incident) ?? 0) + 1 : (again.get(incident) ?? 0);
		must(times <= story.worsened(incident), "told as new again only where it got worse");
		again.set(incident, times);
	}
}

function judgeAtRest(story: Story, key: string, parents: readonly string[], plan: Plan, isGone: boolean): void {
	const { state } = story.alert(key);
	for (const channel of CHANNELS) {
		judgeHeard(story, channel, key);
		const last = story.listeners.heard(channel, key).at(-1)?.alert;
		if (isGone || !isOpen(state)) {
			must(last?.state !== "firing", "what is over was last heard to be over");
			continue;
		}
		must(last?.state !== "firing" || last.incident === state.incident, "an old incident was heard to be over");
		const labels = routingLabels(aView(story.alert(key)), state.level);
		const isTarget = targetsFor(plan.routes, labels).some((target) => target.channel === channel);
		const isMuted = parents.some((parent) => explains(story.alert(parent).state, state.level));
		if (state.phase !== "firing" || !isTarget || isMuted) continue;
		must(last?.state === "firing", "what lasts was last heard to last");
		must(last !== undefined && !isWorse(state.level, last.level), "nobody believes it better than it is");
	}
}

test("in any history, every channel hears each problem once, each end once, in order, and at rest the truth", () => {
	fc.assert(
		fc.property(history, ({ plan, isBelow, policies, courses, reloads, removed }) => {
			const checks = checksOf(policies, isBelow);
			const story = createStory(checks, plan, judge);
			let current = plan;
			const ticks = Math.max(...courses.map((course) => course.length));
			for (let tick = 0; tick < ticks + 40; tick++) {
				for (const [at, next] of reloads) {
					if (at !== tick) continue;
					current = next;
					story.reload(next);
				}
				if (tick === ticks && removed) story.forget(removed);
				// What each course ended with, lasts.
				for (const [index, key] of KEYS.entries())
					story.sample(key, (courses[index]?.[tick] ?? courses[index]?.at(-1)) as Level);
				story.advance(TICK_MS);
			}
			story.advance(90 * MINUTE);
			for (const { key, parents } of checks) {
				judgeAtRest(
					story,
					key,
					parents.filter((parent) => parent !== removed),
					current,
					key === removed,
				);
			}
		}),
		{ numRuns: 1_200 },
	);
}, 60_000);
