import { nextCron } from "../schedule/cron.ts";

/** A week before summer time ends in Europe, two before in America: the longer gap of that night is seen. */
const START = Date.UTC(2025, 9, 20);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Ticks that are looked at one by one. */
const FEW = 12;
const MANY = 100;

/**
 * A cron expression is a set of seconds, one of minutes, one of hours and one of days, each alike within the next. So a
 * step well below each unit over a span of that unit meets every gap that is worth knowing.
 */
const SWEEPS = [
	{ step: MINUTE, span: HOUR },
	{ step: 15 * MINUTE, span: DAY },
	{ step: 25 * HOUR, span: 400 * DAY },
] as const;

const longest = new Map<string, number>();

/** The shortest time between two of the next ticks, ms. */
export function shortestGap(cron: string, timezone: string): number {
	const ticks = ticksFrom(cron, timezone, START, FEW);
	const gaps = ticks.slice(1).map((tick, index) => tick - (ticks[index] as number));
	return gaps.length === 0 ? 400 * DAY : Math.min(...gaps);
}

/** The longest time between two ticks within about a year, ms, at most a few seconds too short. Costs some 10 ms once. */
export function longestGap(cron: string, timezone: string): number {
	const key = `${timezone} ${cron}`;
	const known = longest.get(key);
	if (known !== undefined) return known;
	const found = measure(cron, timezone);
	longest.set(key, found);
	return found;
}

function measure(cron: string, timezone: string): number {
	const ticks = ticksFrom(cron, timezone, START, MANY);
	const first = ticks[0] ?? START;
	let most = ticks.slice(1).reduce((gap, tick, index) => Math.max(gap, tick - (ticks[index] as number)), 0);
	for (const { step, span } of SWEEPS) {
		for (let at = first; at < first + span; at += Math.max(step, most)) {
			const next = nextCron(cron, timezone, at);
			if (next === undefined) break;
			if (next - at <= step) continue;
			most = Math.max(most, next - startOfGap(cron, timezone, at, next, Math.max(step, most)));
			at = next;
		}
	}
	return most;
}

/** The tick before a gap: the last moment from which another tick than `next` comes first. */
function startOfGap(cron: string, timezone: string, inside: number, next: number, within: number): number {
	let [low, high] = [inside - within, inside];
	if (nextCron(cron, timezone, low) === next) low -= 400 * DAY;
	while (high - low > 1_000) {
		const middle = Math.floor((low + high) / 2);
		if (nextCron(cron, timezone, middle) === next) high = middle;
		else low = middle;
	}
	return high;
}

function ticksFrom(cron: string, timezone: string, from: number, count: number): number[] {
	const ticks: number[] = [];
	for (let at: number | undefined = from; ticks.length < count; ) {
		at = nextCron(cron, timezone, at);
		if (at === undefined) break;
		ticks.push(at);
	}
	return ticks;
}
