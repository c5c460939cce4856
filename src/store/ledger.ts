import { type Alert, isOpen } from "../model/alert.ts";
import type { Delivery, Notification, NotificationType, Told } from "../model/notification.ts";
import type { Silence } from "../model/silence.ts";
import type { Change, Stored } from "./store.ts";

/** Groups of which the last message is remembered. */
const MOST_GROUPS = 10_000;

/** An unsent notification and how far its delivery has come. */
interface Unsent {
	readonly notification: Notification;
	readonly delivery: Delivery;
}

/** The present state in memory: the mirror of what the database holds (or will hold, once it can be written again). */
export interface Ledger {
	alert(key: string): Alert | undefined;
	alerts(): Iterable<Alert>;
	/** What channels were told about an alert and not yet told to be over. */
	told(key: string): readonly Told[];
	toldKeys(): Iterable<string>;
	/** A message of that group that is not yet due and was never tried, so that it can be joined or left. */
	waiting(channel: string, type: NotificationType, group: string, now: number): Notification | undefined;
	/** When the newest message of that group was or will be due; known since the program started, and of what it found waiting. */
	lastDue(channel: string, type: NotificationType, group: string): number | undefined;
	unsent(): Iterable<Unsent>;
	unsentMessage(id: string): Notification | undefined;
	/** Silences made by people, expired ones too. */
	silences(): readonly Silence[];
	note(key: string): string | undefined;
	apply(change: Change): void;
	/** The wall clock was set by so many ms (negative: back): messages of a group keep their distance. */
	clockSet(ms: number): void;
	/**
	 * Takes in what the database turned out to hold after the program had begun without it: open incidents and what was
	 * told about them, unless memory knows better; silences and notes it lacks.
	 *
	 * @returns the messages that are still to be delivered
	 */
	adopt(late: Stored): readonly Unsent[];
	/** Everything, as one change that rebuilds a database from nothing. */
	snapshot(): Change;
}

export function createLedger(stored: Stored): Ledger {
	const alerts = new Map(stored.alerts.map((alert) => [alert.key, alert]));
	const told = new Map<string, readonly Told[]>();
	const outbox = new Map<string, Unsent>();
	const groups = new Map<string, string>();
	const dues = new Map<string, number>();
	const notes = new Map(stored.notes);
	const silences = new Map((stored.silences ?? []).map((silence) => [silence.id, silence]));
	let silenceList = inOrderOfId(silences);

	const hear = (entry: Told): void => {
		const others = (told.get(entry.alert.key) ?? []).filter((other) => !isSame(other, entry));
		told.set(entry.alert.key, [...others, entry]);
	};
	const unhear = (entry: Told): void => {
		const left = (told.get(entry.alert.key) ?? []).filter((other) => !isSame(other, entry));
		if (left.length > 0) told.set(entry.alert.key, left);
		else told.delete(entry.alert.key);
	};
	const put = (notification: Notification, delivery?: Delivery): void => {
		const known = delivery ?? outbox.get(notification.id)?.delivery ?? { attempts: 0, nextAt: notification.dueAt };
		outbox.set(notification.id, { notification, delivery: known });
		if (notification.group === "") return;
		groups.set(groupKey(notification), notification.id);
		remember(notification);
	};
	const remember = (notification: Notification): void => {
		const key = groupKey(notification);
		// Moved to the end, so that the oldest can be forgotten first: groups come and go for ever.
		dues.delete(key);
		dues.set(key, notification.dueAt);
		if (dues.size <= MOST_GROUPS) return;
		const [oldest] = dues.keys();
		if (oldest !== undefined) dues.delete(oldest);
	};
	const drop = (id: string): void => {
		const gone = outbox.get(id)?.notification;
		if (!gone) return;
		outbox.delete(id);
		if (groups.get(groupKey(gone)) === id) groups.delete(groupKey(gone));
	};

	for (const entry of stored.told) hear(entry);
	for (const { notification, delivery } of stored.outbox) put(notification, delivery);

	return {
		alert: (key) => alerts.get(key),
		alerts: () => alerts.values(),
		told: (key) => told.get(key) ?? [],
		toldKeys: () => told.keys(),
		waiting(channel, type, group, now) {
			const id = groups.get(groupKey({ channel, type, group }));
			const found = id === undefined ? undefined : outbox.get(id);
			// The clock may have been set back since it was tried.
			return found && found.notification.dueAt > now && found.delivery.attempts === 0 ? found.notification : undefined;
		},
		lastDue: (channel, type, group) => dues.get(groupKey({ channel, type, group })),
		unsent: () => outbox.values(),
		unsentMessage: (id) => outbox.get(id)?.notification,
		silences: () => silenceList,
		note: (key) => notes.get(key),
		apply(change) {
			for (const alert of change.alerts ?? []) alerts.set(alert.key, alert);
			for (const key of change.forgotten ?? []) alerts.delete(key);
			for (const id of change.cancelled ?? []) drop(id);
			for (const notification of change.notifications ?? []) put(notification);
			for (const entry of change.closed ?? []) unhear(entry);
			for (const entry of change.told ?? []) hear(entry);
			for (const { id, delivery } of change.attempts ?? []) {
				const known = outbox.get(id);
				if (known) outbox.set(id, { ...known, delivery });
			}
			for (const { id } of change.endings ?? []) drop(id);
			for (const { notification, delivery } of change.revived ?? []) put(notification, delivery);
			for (const silence of change.silences ?? []) silences.set(silence.id, silence);
			if (change.silences) silenceList = inOrderOfId(silences);
			for (const { key, value } of change.notes ?? []) {
				if (value === undefined) notes.delete(key);
				else notes.set(key, value);
			}
		},
		adopt(late) {
			for (const alert of late.alerts) {
				const known = alerts.get(alert.key);
				if (!known || (isOpen(alert.state) && !isOpen(known.state))) alerts.set(alert.key, alert);
			}
			for (const entry of late.told) if (!told.has(entry.alert.key)) hear(entry);
			for (const silence of late.silences ?? []) if (!silences.has(silence.id)) silences.set(silence.id, silence);
			silenceList = inOrderOfId(silences);
			for (const [key, value] of late.notes) if (!notes.has(key)) notes.set(key, value);
			const unsent = late.outbox.filter(({ notification }) => !outbox.has(notification.id));
			for (const { notification, delivery } of unsent) put(notification, delivery);
			return unsent;
		},
		clockSet(ms) {
			for (const [group, at] of dues) dues.set(group, at + ms);
		},
		snapshot: () => ({
			alerts: [...alerts.values()],
			told: [...told.values()].flat(),
			notifications: [...outbox.values()].map(({ notification }) => notification),
			attempts: [...outbox.values()].map(({ notification: { id }, delivery }) => ({ id, delivery })),
			silences: silenceList,
			notes: [...notes].map(([key, value]) => ({ key, value })),
		}),
	};
}

/** As the database lists them. */
function inOrderOfId(silences: ReadonlyMap<string, Silence>): readonly Silence[] {
	return [...silences.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function isSame(a: Told, b: Told): boolean {
	return a.channel === b.channel && a.alert.incident === b.alert.incident;
}

function groupKey(message: Pick<Notification, "channel" | "type" | "group">): string {
	return `${message.channel}\0${message.type}\0${message.group}`;
}
