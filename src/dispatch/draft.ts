import type { AlertSnapshot, Notification, NotificationType, Told } from "../model/notification.ts";
import type { ChannelOutcome, Decision, FindLastDue, FindWaiting, Muted } from "./decision.ts";
import { apart, idOf, isReminding, severityOf } from "./message-kind.ts";
import type { Target } from "./targets.ts";

/** How the messages of a group are spaced. */
type GroupTerms = Pick<Target, "groupWaitMs" | "groupIntervalMs">;

export type Draft = ReturnType<typeof createDraft>;

/**
 * Collects a decision; knows how the messages of a group are joined and left. What it puts on one channel about one alert
 * is due in the order in which it was decided, so that the last message is the true one.
 *
 * @param ledger what channels were told about the alert before
 */
export function createDraft(
	ledger: readonly Told[],
	waiting: FindWaiting,
	now: number,
	lastDue: FindLastDue = () => undefined,
) {
	const notifications = new Map<string, Notification>();
	const cancelled: string[] = [];
	const told: Told[] = [];
	const closed: Told[] = [];
	const muted: Muted[] = [];
	const outcomes: ChannelOutcome[] = [];
	let wakeAt: number | undefined;

	const find = (channel: string, type: NotificationType, group: string): Notification | undefined => {
		const drafted = [...notifications.values()].find(
			(one) => one.channel === channel && one.type === type && one.group === group,
		);
		if (drafted) return drafted;
		const stored = waiting(channel, type, group);
		return stored && !cancelled.includes(stored.id) ? stored : undefined;
	};

	/** The newest message about the entry's problem, if it is still waiting for its group. */
	const unsentOf = ({ channel, group, notification, alert }: Told): Notification | undefined => {
		for (const type of [
			"alert.firing",
			"alert.escalated",
			"alert.flapping",
			"alert.acknowledged",
			"alert.reminder",
		] as const) {
			for (const place of [group, apart(group, alert.incident)]) {
				const open = find(channel, type, place);
				if (open?.id === notification) return open;
			}
		}
		return undefined;
	};

	const join = (open: Notification, alert: AlertSnapshot): Notification => {
		const alerts = [...open.alerts.filter(({ incident }) => incident !== alert.incident), alert];
		const next = { ...open, alerts, severity: severityOf(alerts) };
		notifications.set(next.id, next);
		return next;
	};

	const leave = (open: Notification, { incident }: AlertSnapshot): void => {
		const alerts = open.alerts.filter((one) => one.incident !== incident);
		if (alerts.length > 0) {
			notifications.set(open.id, { ...open, alerts, severity: severityOf(alerts) });
			return;
		}
		notifications.delete(open.id);
		cancelled.push(open.id);
	};

	const begin = (
		{ channel, type, group }: Pick<Notification, "channel" | "type" | "group">,
		alert: AlertSnapshot,
		reason: string,
		dueAt: number,
	): Notification => {
		const id = idOf(channel, alert, type, now);
		const severity = severityOf([alert]);
		const one = { id, type, channel, group, severity, alerts: [alert], reason, createdAt: now, dueAt };
		notifications.set(id, one);
		return one;
	};

	/** When a message that begins now may leave: after the wait of its group, and not too soon after the one before. */
	const dueIn = (
		{ channel, type, group }: Pick<Notification, "channel" | "type" | "group">,
		{ groupWaitMs, groupIntervalMs }: GroupTerms,
	): number => {
		const last = group === "" || !groupIntervalMs ? undefined : lastDue(channel, type, group);
		return Math.max(now + groupWaitMs, last === undefined ? 0 : last + (groupIntervalMs ?? 0));
	};

	const put = (
		place: Pick<Notification, "channel" | "type" | "group">,
		terms: GroupTerms,
		alert: AlertSnapshot,
		reason: string,
	): Notification => {
		const open = place.group === "" ? undefined : find(place.channel, place.type, place.group);
		return open ? join(open, alert) : begin(place, alert, reason, dueIn(place, terms));
	};

	/** When the end of an earlier incident will have been heard; 0 where none is on its way. */
	const overAt = (channel: string): number =>
		Math.max(0, ...[...ledger, ...told].map((one) => (one.channel === channel && one.overAt) || 0));

	/** A first message. It does not get ahead of the end of an earlier incident: then it has to be one of its own. */
	const beginIn = (target: Target, type: NotificationType, alert: AlertSnapshot, reason: string): Notification => {
		const { channel, group } = target;
		const over = overAt(channel);
		if (over <= now) return put({ channel, type, group }, target, alert, reason);
		const dueAt = Math.max(dueIn({ channel, type, group }, target), over + 1);
		return begin({ channel, type, group: apart(group, alert.incident) }, alert, reason, dueAt);
	};

	const wake = (at: number): void => {
		wakeAt = wakeAt === undefined ? at : Math.min(wakeAt, at);
	};

	return {
		wake,
		/**
		 * @param known what the channel was told about this incident before
		 * @returns when the message is due
		 */
		tell(
			target: Target,
			type: NotificationType,
			alert: AlertSnapshot,
			reason: string,
			known: Told | undefined,
		): number {
			const { channel, group, groupWaitMs, groupIntervalMs } = target;
			const unsent = known && unsentOf(known);
			const arrived = known !== undefined && !known.lost && known.undelivered === undefined;
			const heard = arrived && (known.heard === true || !unsent);
			// What nobody has read yet is corrected in its place, unless the news may not wait as long.
			const isSame = unsent !== undefined && (unsent.type === type || unsent.type === "alert.escalated");
			const isSoon = known && isSame && unsent.dueAt <= dueIn(unsent, target);
			const isReplaced = unsent !== undefined && !isSoon;
			if (isReplaced) leave(unsent, alert);
			const { id, dueAt } = isSoon ? join(unsent, alert) : beginIn(target, type, alert, reason);
			const { incident } = alert;
			if (isReplaced) {
				const notification = unsent.id;
				outcomes.push({
					channel,
					incident,
					outcome: "withdrawn",
					reason: "said in a newer message",
					notification,
					isAside: true,
				});
			}
			// What takes the place of news that nobody has read carries that news.
			const isAside = isReminding(type) && !(isReplaced && !isReminding(unsent.type));
			outcomes.push({ channel, incident, outcome: "queued", reason, notification: id, isAside });
			// The entry names the group in which its message waits, so that it can be found there.
			const place = isSoon ? known.group : group;
			told.push({
				channel,
				alert,
				notification: id,
				at: dueAt,
				group: place,
				groupWaitMs,
				...(groupIntervalMs !== undefined && { groupIntervalMs }),
				...(heard && { heard }),
			});
			return dueAt;
		},
		/**
		 * Ends an entry: by a recovery, if the problem was heard.
		 *
		 * @param isAside whether no transition of the alert is the reason
		 */
		resolve(entry: Told, alert: AlertSnapshot, reason: string, isAside = false): void {
			const { channel, group } = entry;
			const { incident } = entry.alert;
			if (entry.lost) {
				closed.push(entry);
				const why = "its fallback channel was told instead";
				outcomes.push({ channel, incident, outcome: "unneeded", reason: why, isAside });
				return;
			}
			if (entry.overAt !== undefined) {
				if (entry.overAt <= now) closed.push(entry);
				else wake(entry.overAt);
				return;
			}
			const unsent = unsentOf(entry);
			if (unsent) {
				leave(unsent, alert);
				const withdrawn = { channel, incident, notification: unsent.id, outcome: "withdrawn" as const };
				const why = "over before its group was due";
				outcomes.push({ ...withdrawn, reason: why, isAside: isAside || entry.heard === true });
			}
			if (unsent && !entry.heard) {
				// Where nobody has heard of the problem yet, nobody needs to hear that it is over.
				closed.push(entry);
				return;
			}
			const { undelivered } = entry;
			const over = undelivered === undefined ? alert : { ...alert, undelivered };
			const { id, dueAt } = put({ channel, type: "alert.resolved", group }, entry, over, reason);
			outcomes.push({ channel, incident, outcome: "queued", reason, notification: id, isAside });
			if (dueAt <= now) closed.push(entry);
			else {
				told.push({ ...entry, overAt: dueAt });
				wake(dueAt);
			}
		},
		/** Says nothing of that type about an incident, for a reason. */
		mute(entry: Muted, type: NotificationType, incident: string): void {
			const { channel, reason, until } = entry;
			muted.push(entry);
			outcomes.push({
				channel,
				incident,
				outcome: "muted",
				reason,
				...(until !== undefined && { until }),
				isAside: isReminding(type),
			});
			if (until !== undefined) wake(until);
		},
		/** Has nothing to say, or not yet. */
		rest(outcome: ChannelOutcome): void {
			outcomes.push(outcome);
		},
		decision(): Decision {
			const all = [...notifications.values()];
			const wakes = wakeAt !== undefined && { wakeAt };
			return { notifications: all, cancelled, told, closed, muted, outcomes, ...wakes };
		},
	};
}
