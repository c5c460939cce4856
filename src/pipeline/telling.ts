import type { Clock, Timer } from "../clock.ts";
import { type Collected, type Collector, createCollector } from "../dispatch/collect.ts";
import type { ChannelOutcome } from "../dispatch/decision.ts";
import { dispatch, forget, muteNow, type Plan } from "../dispatch/dispatch.ts";
import type { Labels } from "../dispatch/matcher.ts";
import type { Mute } from "../dispatch/mute.ts";
import { noteMessages } from "../dispatch/note.ts";
import { isUnsettled } from "../dispatch/settle.ts";
import type { AlertView } from "../dispatch/view.ts";
import { isOpen } from "../model/alert.ts";
import type { Notification } from "../model/notification.ts";
import { freshAlert } from "../state/state.ts";
import type { Ledger } from "../store/ledger.ts";
import type { Change } from "../store/store.ts";

/** Messages on their way from the store to delivery. */
export interface HandOver {
	readonly fresh: readonly Notification[];
	/** Waiting messages whose alerts changed. */
	readonly joined: readonly Notification[];
	/** Messages that are not to be sent any more. */
	readonly cancelled: readonly Notification[];
}

export interface TellingDeps {
	readonly clock: Clock;
	readonly ledger: Ledger;
	/** Writes a change to disk, synced, before anyone is told. */
	readonly commit: (change: Change) => void;
	readonly tell: (messages: HandOver) => void;
	/** The alert with its surroundings; undefined for a check that is not watched. */
	readonly view: (key: string) => AlertView | undefined;
	/** Decisions wait for `settle()`. */
	readonly deferred: boolean;
}

/** The second half of the sentence: dispatch → store → notify, for whichever alerts may have to be told. */
export interface Telling {
	use(plan: Plan): void;
	/** Asks dispatch about each alert and stores what follows, together with `also`, in one change. */
	decide(keys: readonly string[], also?: Change): void;
	/** Tells a piece of news about an instance, together with `also`; open alerts are decided anew. */
	note(instance: { readonly name: string; readonly labels: Labels }, note: string, also: Change): void;
	/** Takes all decisions that were put off; their messages are due at once. */
	settle(keys: Iterable<string>): void;
	/** Closes what was told about checks that are no longer watched. */
	forget(keys: readonly string[]): void;
	/** Why nobody is told about an open alert at the moment, if nobody is. */
	mutedBy(key: string): Mute | undefined;
	/** What each channel would be told about an alert now, and why not. Changes nothing. */
	outlook(key: string): readonly ChannelOutcome[];
	stop(): void;
}

export function createTelling({ clock, ledger, commit, tell, view, deferred }: TellingDeps): Telling {
	let plan: Plan = { routes: [], maintenance: [] };
	/** When an alert has to be decided again although nothing happens. */
	const wakes = new Map<string, Timer>();

	const collectorAt = (now: number): Collector =>
		createCollector((channel, type, group) => ledger.waiting(channel, type, group, now), ledger.lastDue);

	const inForce = (): Plan => ({ ...plan, silences: ledger.silences() });

	/** Asks about an alert again at a moment, although nothing happens. */
	const wakeAt = (key: string, at: number | undefined, now: number): void => {
		wakes.get(key)?.cancel();
		wakes.delete(key);
		if (at === undefined) return;
		const again = () => (view(key) ? decide([key]) : forgetAll([key]));
		wakes.set(key, clock.after(Math.max(1, at - now), again, { background: true }));
	};

	const decideOne = (key: string, collector: Collector, now: number): void => {
		const told = ledger.told(key);
		const alert = ledger.alert(key);
		const isConcerned = told.length > 0 || (alert && (isOpen(alert.state) || isUnsettled(alert)));
		const seen = isConcerned ? view(key) : undefined;
		if (!seen) {
			wakeAt(key, undefined, now);
			return;
		}
		const decision = dispatch(seen, told, { ...inForce(), lastDue: collector.lastDue }, collector.waiting, now);
		collector.add(decision, seen.alert, now);
		wakeAt(key, decision.wakeAt, now);
	};

	const decide = (keys: readonly string[], also: Change = {}): void => {
		if (deferred) {
			finish(undefined, also);
			return;
		}
		const now = clock.now();
		const collector = collectorAt(now);
		for (const key of keys) decideOne(key, collector, now);
		finish(collector.collected(), also);
	};

	const forgetAll = (keys: readonly string[]): void => {
		const now = clock.now();
		const collector = collectorAt(now);
		for (const key of keys) {
			const decision = forget(ledger.told(key), collector.waiting, now);
			collector.add(decision, ledger.alert(key) ?? freshAlert(key, now), now);
			// A recovery that waits for its group is noted as heard when it was.
			wakeAt(key, decision.wakeAt, now);
		}
		finish(collector.collected(), { forgotten: keys });
	};

	/** Stores first, tells then. */
	const finish = (collected: Collected | undefined, also: Change): void => {
		const change: Change = collected ? joined(also, collected) : also;
		if (Object.values(change).every((list) => list.length === 0)) return;
		const notifications = collected?.notifications ?? [];
		const changed = notifications.filter(({ id }) => ledger.unsentMessage(id));
		const fresh = notifications.filter(({ id }) => !ledger.unsentMessage(id));
		const cancelled = (collected?.cancelled ?? []).flatMap((id) => ledger.unsentMessage(id) ?? []);
		ledger.apply(change);
		commit(change);
		if (notifications.length > 0 || cancelled.length > 0) tell({ fresh, joined: changed, cancelled });
	};

	return {
		use(next) {
			plan = next;
		},
		decide,
		note({ name, labels }, note, also) {
			const notifications = noteMessages(plan.routes, name, labels, note, clock.now());
			finish({ notifications, cancelled: [], told: [], closed: [], dispositions: [], alerts: [] }, also);
		},
		settle(keys) {
			const now = clock.now();
			const collector = collectorAt(now);
			for (const key of keys) decideOne(key, collector, now);
			const collected = collector.collected();
			const notifications = collected.notifications.map((one) => ({ ...one, dueAt: Math.min(one.dueAt, now) }));
			finish({ ...collected, notifications }, {});
		},
		forget: forgetAll,
		mutedBy(key) {
			const alert = ledger.alert(key);
			// Asked for every check at once; few are open.
			const seen = alert && isOpen(alert.state) ? view(key) : undefined;
			return seen && muteNow(seen, inForce(), clock.now());
		},
		outlook(key) {
			const seen = view(key);
			const nothing = () => undefined;
			return seen ? dispatch(seen, ledger.told(key), inForce(), nothing, clock.now()).outcomes : [];
		},
		stop() {
			for (const timer of wakes.values()) timer.cancel();
			wakes.clear();
		},
	};
}

/** Both changes; what was decided comes after what it was decided from. */
function joined(first: Change, then: Collected): Change {
	return {
		...first,
		...then,
		alerts: [...(first.alerts ?? []), ...then.alerts],
		told: [...(first.told ?? []), ...then.told],
		notifications: [...(first.notifications ?? []), ...then.notifications],
		dispositions: [...(first.dispositions ?? []), ...then.dispositions],
	};
}
