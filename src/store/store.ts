import type { Alert, Transition } from "../model/alert.ts";
import type { Delivery, Disposition, Notification, Told } from "../model/notification.ts";
import type { Sample } from "../model/sample.ts";
import type { Silence } from "../model/silence.ts";
import type { Level } from "../model/verdict.ts";

/** How a notification ended. */
export interface Ending {
	readonly id: string;
	readonly result: "sent" | "dead";
	readonly at: number;
	readonly detail: string;
}

/** All that must be kept together or not at all. Every field is an upsert, so that a change may be written twice. */
export interface Change {
	readonly alerts?: readonly Alert[];
	/** Keys of alerts that are no longer watched. */
	readonly forgotten?: readonly string[];
	readonly transitions?: readonly Transition[];
	readonly notifications?: readonly Notification[];
	readonly cancelled?: readonly string[];
	readonly told?: readonly Told[];
	readonly closed?: readonly Told[];
	readonly dispositions?: readonly Disposition[];
	readonly attempts?: readonly { readonly id: string; readonly delivery: Delivery }[];
	readonly endings?: readonly Ending[];
	/** Dead letters that wait again, under the same id. */
	readonly revived?: readonly OutboxEntry[];
	readonly silences?: readonly Silence[];
	readonly notes?: readonly { readonly key: string; readonly value: string | undefined }[];
}

/** The whole present state: alerts, ledger entries and waiting messages that are kept, but are not in it, are removed. */
export interface WholeChange extends Change {
	readonly whole: true;
}

/** A judged sample as it is kept; the facts are not. */
export interface KeptSample {
	readonly key: string;
	readonly level: Level;
	readonly sample: Sample;
}

/** A message and how far its delivery has come. */
export interface OutboxEntry {
	readonly notification: Notification;
	readonly delivery: Delivery;
}

/** A message with its end, where it has ended. */
export interface OutboxRow extends OutboxEntry {
	readonly ending?: Ending;
}

/** What a restart begins with. */
export interface Stored {
	readonly alerts: readonly Alert[];
	readonly told: readonly Told[];
	/** Messages that are still to be delivered, in the order in which they were decided. */
	readonly outbox: readonly OutboxEntry[];
	/** Silences made by people, expired ones too. */
	readonly silences?: readonly Silence[];
	readonly notes: ReadonlyMap<string, string>;
	/** Rows that could not be understood and were left out, where there are any. */
	readonly unreadable?: number;
}

/** The program's memory. Each method throws when the database does. */
export interface Store {
	load(): Stored;
	/** One transaction, synced to disk before it returns; of several changes the later one wins. */
	commit(...changes: readonly (Change | WholeChange)[]): void;
	/** One transaction, not synced: a crash of the machine may lose the last of them, never half of one. */
	keep(samples: readonly KeptSample[]): void;
	/** The newest samples of a check, oldest first. */
	samples(key: string, limit: number): readonly KeptSample[];
	/** The newest samples of a check that began within a time, both ends inclusive, oldest first. */
	samplesWithin(key: string, from: number, to: number, limit: number): readonly KeptSample[];
	/** The newest transitions of a check, or of all, oldest first. */
	transitions(key: string | undefined, limit: number): readonly Transition[];
	/** The newest dispositions of a check, or of all, oldest first. */
	dispositions(key: string | undefined, limit: number): readonly Disposition[];
	/** The newest messages, waiting and ended (or only those), oldest first. */
	outbox(limit: number, which?: "waiting" | "dead"): readonly OutboxRow[];
	/** One message, however it stands; undefined where it is not known (any more). */
	message(id: string): OutboxRow | undefined;
	/** The notification that first told a channel about an incident. */
	threadOf(channel: string, incident: string): string | undefined;
	/**
	 * Removes what is older than `before`, and of each check the oldest samples above its share of the limit. Each step
	 * of the iterator is one short transaction, so that the caller can let probes run in between.
	 */
	prune(before: number, maxSamples: number): Iterable<void>;
	/** Reads the state back from the disk, past every cache; throws where it is damaged. */
	verify(): void;
	close(): void;
}
