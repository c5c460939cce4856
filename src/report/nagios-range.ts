/** A range of the Monitoring Plugins guidelines: what alerts lies outside of it, or, turned round by `@`, inside. */
export interface Range {
	readonly start: number;
	readonly end: number;
	readonly alertsInside: boolean;
}

const NUMBER = String.raw`[+-]?(?:\d+(?:\.\d*)?|\.\d+)`;
const RANGE = new RegExp(`^(@)?(?:(~|${NUMBER})?(:))?(${NUMBER})?$`);

/**
 * Reads a range: `10`, `10:`, `~:10`, `10:20`, `@10:20`. Without a start it begins at 0, without an end it is open.
 *
 * @returns undefined where the text is none, or ends before it begins
 */
export function parseRange(text: string): Range | undefined {
	const found = RANGE.exec(text);
	if (!found) return undefined;
	const [, at, start, colon, end] = found;
	if (end === undefined && (colon === undefined || start === undefined)) return undefined;
	const range = {
		start: start === "~" ? Number.NEGATIVE_INFINITY : Number(start ?? 0),
		end: end === undefined ? Number.POSITIVE_INFINITY : Number(end),
		alertsInside: at === "@",
	};
	return range.start <= range.end ? range : undefined;
}

/** Whether a value alerts. Both ends belong to the range. */
export function alerts(value: number, { start, end, alertsInside }: Range): boolean {
	return (value >= start && value <= end) === alertsInside;
}

/** The range as text, in its shortest form. */
export function showRange({ start, end, alertsInside }: Range): string {
	const at = alertsInside ? "@" : "";
	const to = end === Number.POSITIVE_INFINITY ? "" : plainNumber(end);
	if (start === 0 && to !== "") return at + to;
	return `${at}${start === Number.NEGATIVE_INFINITY ? "~" : plainNumber(start)}:${to}`;
}

/** Digits after the point: microseconds are the finest that is measured. */
const DECIMALS = 6;
/** From here on `toFixed` writes an exponent, which is no number for readers of performance data. */
const HUGE = 1e21;

/** A finite number with a point and without an exponent, whatever the locale. */
export function plainNumber(value: number): string {
	if (Math.abs(value) >= HUGE) return BigInt(value).toString();
	const text = value.toFixed(DECIMALS).replace(/\.?0+$/, "");
	return text === "-0" ? "0" : text;
}
