import type { Decision } from "../../src/dispatch/decision.ts";
import { dispatch, forget, type Plan } from "../../src/dispatch/dispatch.ts";
import type { AlertView } from "../../src/dispatch/view.ts";
import type { Alert } from "../../src/model/alert.ts";
import type { Level } from "../../src/model/verdict.ts";
import type { Policy } from "../../src/state/policy.ts";
import { freshAlert } from "../../src/state/state.ts";
import { aVerdict, aView, T0, taken } from "./builders.ts";
import { createListeners, type Listeners } from "./listeners.ts";

/** A check of a story. */
export interface StoryCheck {
	readonly key: string;
	readonly policy: Policy;
	readonly confirmMs: number;
	readonly parents: readonly string[];
}

export interface Story {
	readonly listeners: Listeners;
	now(): number;
	alert(key: string): Alert;
	/** How often an incident got worse so far. */
	worsened(incident: string): number;
	/** One sample at this moment. Decides only where something changed: between changes the decisions' own wake-ups must do. */
	sample(key: string, level: Level): void;
	reload(plan: Plan): void;
	forget(key: string): void;
	/** Lets time pass: messages are heard and alerts decided again when they are due. */
	advance(ms: number): void;
}

/**
 * State and dispatch played through in virtual time, without any edge.
 *
 * @param onDecision sees each decision about a watched alert, before it is applied
 */
export function createStory(
	checks: readonly StoryCheck[],
	initial: Plan,
	onDecision?: (view: AlertView, decision: Decision, plan: Plan, now: number) => void,
): Story {
	const listeners = createListeners();
	const byKey = new Map(checks.map((check) => [check.key, check]));
	const alerts = new Map(checks.map(({ key }) => [key, freshAlert(key, T0)]));
	const wakes = new Map<string, number>();
	const worsened: (string | undefined)[] = [];
	let plan = initial;
	let now = T0;

	const alertOf = (key: string) => alerts.get(key) as Alert;
	const viewOf = ({ key, parents, confirmMs }: StoryCheck): AlertView =>
		aView(alertOf(key), {
			confirmMs,
			parents: parents
				.filter((parent) => byKey.has(parent))
				.map((parent) => ({ key: parent, alert: alertOf(parent), confirmMs: byKey.get(parent)?.confirmMs ?? 0 })),
		});

	const decide = (key: string): void => {
		wakes.delete(key);
		const check = byKey.get(key);
		if (!check) return;
		const view = viewOf(check);
		const decision = dispatch(view, listeners.told(key), plan, listeners.waiting(now), now);
		onDecision?.(view, decision, plan, now);
		listeners.apply(decision);
		const again = dispatch(view, listeners.told(key), plan, listeners.waiting(now), now);
		if (again.notifications.length + again.cancelled.length + again.told.length + again.closed.length > 0) {
			throw new Error(`asked twice, ${key} is told twice`);
		}
		if (decision.wakeAt === undefined) return;
		if (decision.wakeAt <= now) throw new Error(`${key} is to be woken in the past`);
		wakes.set(key, decision.wakeAt);
	};

	const familyOf = (key: string): readonly string[] => [
		key,
		...checks.filter(({ parents }) => parents.includes(key)).map((check) => check.key),
	];

	return {
		listeners,
		now: () => now,
		alert: alertOf,
		worsened: (incident) => worsened.filter((one) => one === incident).length,
		sample(key, level) {
			const check = byKey.get(key);
			if (!check) return;
			const { alert, step } = taken(alertOf(key), aVerdict(level), now, check.policy);
			alerts.set(key, alert);
			if (step.transition?.change === "worsened") worsened.push(step.transition.incident);
			if (step.transition) for (const one of familyOf(key)) decide(one);
		},
		reload(next) {
			plan = next;
			for (const key of byKey.keys()) decide(key);
		},
		forget(key) {
			byKey.delete(key);
			wakes.delete(key);
			listeners.apply(forget(listeners.told(key), listeners.waiting(now), now));
			for (const child of familyOf(key)) decide(child);
		},
		advance(ms) {
			const end = now + ms;
			for (;;) {
				const next = Math.min(listeners.nextDue() ?? Number.POSITIVE_INFINITY, ...wakes.values());
				if (next > end) break;
				now = Math.max(now, next);
				listeners.hearUntil(now);
				for (const [key, at] of [...wakes]) if (at <= now) decide(key);
			}
			now = end;
			listeners.hearUntil(now);
		},
	};
}
