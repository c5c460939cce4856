import type { Config } from "../config/alerts.ts";
import type { Timeline, TimelineEvent } from "../config/timeline.ts";
import { nextBeginnings } from "../dispatch/window.ts";

/** One coming of an event, ms since 1970 UTC; the end is not included. */
export interface Span {
	readonly event: TimelineEvent;
	readonly from: number;
	readonly to: number;
}

/** A timeline has no more comings of its events than this. */
const MOST_SPANS = 200_000;

/** Every coming of every event, in the order of the list. */
export function spansOf({ from, for: lasting, events }: Timeline): readonly Span[] {
	const end = from + lasting;
	const spans: Span[] = [];
	for (const event of events) {
		const first = "after" in event.at ? from + event.at.after : event.at.moment;
		const times = event.every === undefined ? 1 : (event.times ?? Number.POSITIVE_INFINITY);
		for (let time = 0; time < times; time++) {
			const begin = first + time * (event.every ?? 0);
			if (begin >= end || spans.length >= MOST_SPANS) break;
			spans.push({ event, from: begin, to: event.for === undefined ? end : Math.min(end, begin + event.for) });
		}
	}
	return spans;
}

/** Beginnings that a calendar is asked for in one go. */
const BEGINNINGS_AT_ONCE = 100;

/** When maintenance windows begin and end; what is decided may change there without a look. */
export function windowBounds(windows: Config["maintenance"], from: number, to: number): readonly number[] {
	return windows.flatMap((window) => {
		const bounds: number[] = [];
		let after = from - window.for - 1;
		while (bounds.length < MOST_SPANS) {
			const begins = nextBeginnings(window, after, BEGINNINGS_AT_ONCE).filter((begin) => begin < to);
			bounds.push(...begins.flatMap((begin) => [begin, begin + window.for]));
			if (begins.length < BEGINNINGS_AT_ONCE) break;
			after = begins.at(-1) as number;
		}
		return bounds;
	});
}

/** The first of sorted moments after a moment; Infinity where none is left. */
export function firstAfter(sorted: readonly number[], moment: number): number {
	return sorted[passed(sorted, moment)] ?? Number.POSITIVE_INFINITY;
}

/** The last of sorted moments that is not after a moment; -Infinity where there is none. */
export function lastUntil(sorted: readonly number[], moment: number): number {
	return sorted[passed(sorted, moment) - 1] ?? Number.NEGATIVE_INFINITY;
}

/** How many of sorted moments are not after a moment. */
function passed(sorted: readonly number[], moment: number): number {
	let [low, high] = [0, sorted.length];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((sorted[middle] as number) <= moment) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** What holds at which time: pieces that follow each other without a gap. */
export interface Course<T> {
	/** What holds at a moment. */
	at(moment: number): T;
	/** The first moment after this one at which something else may hold; Infinity where nothing does any more. */
	next(moment: number): number;
}

/**
 * Lays spans over what is usual; where several cover a moment the last one counts.
 *
 * @param make what a span makes hold; asked once for each event
 */
export function courseOf<T>(usual: T, spans: readonly Span[], make: (event: TimelineEvent) => T): Course<T> {
	if (spans.length === 0) return { at: () => usual, next: () => Number.POSITIVE_INFINITY };
	const made = new Map<TimelineEvent, T>();
	const bounds = [...new Set(spans.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
	const begins = spans.map((span, order) => ({ span, order })).sort((a, b) => a.span.from - b.span.from);
	const open = new Map<number, Span>();
	let upcoming = 0;
	const pieces = bounds.map((bound) => {
		for (const [order, { to }] of open) if (to <= bound) open.delete(order);
		for (let next = begins[upcoming]; next && next.span.from <= bound; next = begins[++upcoming]) {
			if (next.span.to > bound) open.set(next.order, next.span);
		}
		if (open.size === 0) return usual;
		const { event } = open.get(Math.max(...open.keys())) as Span;
		if (!made.has(event)) made.set(event, make(event));
		return made.get(event) as T;
	});
	return {
		at: (moment) => {
			const count = passed(bounds, moment);
			return count === 0 ? usual : (pieces[count - 1] as T);
		},
		next: (moment) => firstAfter(bounds, moment),
	};
}
