import { formatDuration } from "../model/duration.ts";
import type { AlertSnapshot } from "../model/notification.ts";
import type { Value } from "../model/sample.ts";
import { bytesText } from "../model/size.ts";
import { oneLine } from "./words.ts";

/** More values than this are not evidence any more. */
const MOST = 12;

/**
 * Writes a measured value with its unit: seconds as `12 ms` or `1.5 s`, bytes as `4.2 kB`, days as `30 d`.
 *
 * @param unit base unit of a number; texts and truths have none
 */
export function formatValue(value: Value, unit?: "s" | "B" | "d"): string {
	if (typeof value === "string") return oneLine(value, 100);
	if (typeof value === "boolean") return String(value);
	if (unit === "s") return value > 0 && value < 0.0005 ? "under 1 ms" : formatDuration(value * 1_000);
	if (unit === "B") return bytesText(value);
	return unit ? `${rounded(value)} ${unit}` : rounded(value);
}

/** The values of an alert in one line: `status 502, latency 12 ms`. Empty where nothing was measured. */
export function valuesLine({ values, units }: AlertSnapshot): string {
	const entries = Object.entries(values);
	const shown = entries.slice(0, MOST).map(([name, value]) => `${name} ${formatValue(value, units?.[name])}`);
	if (entries.length > MOST) shown.push(`and ${entries.length - MOST} more`);
	return oneLine(shown.join(", "), 1_000);
}

function rounded(value: number): string {
	return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
}
