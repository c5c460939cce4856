import type { Transition } from "../model/alert.ts";
import { layerOf } from "../model/cause.ts";
import type { Fault, Sample } from "../model/sample.ts";
import type { Level } from "../model/verdict.ts";
import { createDeadLetters, type DeadLetters } from "./dead-letters.ts";

/** What became of an attempt to deliver, or of a notification. */
type Outcome = "sent" | "retried" | "dead";

/** What is remembered of a channel's deliveries. */
interface ChannelRecord {
	readonly counts: Record<Outcome, number>;
	sentAt?: number;
	lastError?: { readonly at: number; readonly text: string };
}

/** A time at which the program was held up, the machine slept or the clock was set. */
interface GapRecord {
	readonly at: number;
	readonly kind: string;
	readonly ms: number;
}

/** A look that failed through our own fault. */
interface BlindLook extends Fault {
	/** When it began, ms since 1970 UTC. */
	readonly at: number;
}

/** The newest gaps that are shown. */
const SHOWN_GAPS = 10;

/** Counts what happens while the program runs, for its page and its metrics. */
export interface Counters {
	readonly samples: Record<Level, number>;
	readonly transitions: Partial<Record<Transition["change"], number>>;
	readonly channels: ReadonlyMap<string, ChannelRecord>;
	readonly deadLetters: DeadLetters;
	/** Checks whose newest sample failed through our own fault. */
	readonly blind: ReadonlyMap<string, BlindLook>;
	/** How long the newest run of each check took, ms. */
	readonly durations: ReadonlyMap<string, number>;
	readonly gaps: readonly GapRecord[];
	readonly gapTotals: ReadonlyMap<string, { readonly count: number; readonly ms: number }>;
	sampled(key: string, level: Level, sample: Sample): void;
	moved(change: Transition["change"]): void;
	delivered(channel: string, outcome: Outcome, at: number, error?: string): void;
	gap(gap: GapRecord): void;
	/** Forgets checks that are no longer watched. */
	only(keys: ReadonlySet<string>): void;
}

export function createCounters(): Counters {
	const samples: Record<Level, number> = { ok: 0, unknown: 0, warning: 0, critical: 0 };
	const transitions: Partial<Record<Transition["change"], number>> = {};
	const channels = new Map<string, ChannelRecord>();
	const blind = new Map<string, BlindLook>();
	const durations = new Map<string, number>();
	const gaps: GapRecord[] = [];
	const gapTotals = new Map<string, { count: number; ms: number }>();
	return {
		samples,
		transitions,
		channels,
		deadLetters: createDeadLetters(),
		blind,
		durations,
		gaps,
		gapTotals,
		sampled(key, level, { startedAt, fault, durationMs }) {
			samples[level]++;
			durations.set(key, durationMs);
			if (fault && layerOf(fault.code) === "prober") blind.set(key, { ...fault, at: startedAt });
			else blind.delete(key);
		},
		moved(change) {
			transitions[change] = (transitions[change] ?? 0) + 1;
		},
		delivered(channel, outcome, at, error) {
			const record = channels.get(channel) ?? { counts: { sent: 0, retried: 0, dead: 0 } };
			record.counts[outcome]++;
			if (outcome === "sent") record.sentAt = at;
			if (error !== undefined) record.lastError = { at, text: error };
			channels.set(channel, record);
		},
		gap(gap) {
			gaps.push(gap);
			if (gaps.length > SHOWN_GAPS) gaps.shift();
			const total = gapTotals.get(gap.kind) ?? { count: 0, ms: 0 };
			gapTotals.set(gap.kind, { count: total.count + 1, ms: total.ms + gap.ms });
		},
		only(keys) {
			for (const map of [blind, durations]) for (const key of map.keys()) if (!keys.has(key)) map.delete(key);
		},
	};
}
