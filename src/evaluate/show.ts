import { formatDuration } from "../model/duration.ts";
import type { Value, Values, ValueType, ValueTypes } from "../model/sample.ts";
import { bytesText } from "../model/size.ts";

/** Longest text value that is shown whole. */
const LONGEST = 120;

/** Writes a measured value for people: seconds as a duration, long texts cut. */
export function show(value: Value, type: ValueType | undefined): string {
	if (typeof value === "number") {
		if (type?.unit === "s") return value > 0 && value < 0.001 ? "under 1 ms" : formatDuration(value * 1_000);
		if (type?.unit === "B") return bytesText(value);
		const text = String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
		return type?.unit ? `${text} ${type.unit}` : text;
	}
	const text = String(value);
	const quoted =
		typeof value === "string" ? JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text) : text;
	return quoted;
}

/** What was seen, in one line: the values that say most, in the order of the kind's catalogue. */
export function describe(values: Values, types: ValueTypes): string {
	const parts: string[] = [];
	if (values["status"] !== undefined) parts.push(`HTTP ${values["status"]}`);
	if (values["state"] !== undefined) parts.push(String(values["state"]));
	if (values["latency"] !== undefined) parts.push(`in ${show(values["latency"], types["latency"])}`);
	if (parts.length > 0) return parts.join(" ");
	const [name] = Object.keys(types).filter((key) => values[key] !== undefined);
	return name ? `${name} ${show(values[name] as Value, types[name])}` : "nothing measured";
}
