import type { CheckReport } from "../model/report.ts";
import type { ValueType } from "../model/sample.ts";
import { plainNumber, type Range, showRange } from "./nagios-range.ts";

/** Ranges that were given in place of a check's thresholds, by value. */
export type Ranges = Readonly<Record<string, { readonly warning?: Range; readonly critical?: Range }>>;

/**
 * The value that speaks for a check: what `-w 2` without a name means, and what comes first in the performance data. Every kind
 * measures `latency`; where a look did not get that far, the time it took stands in.
 */
export const MAIN = "latency";
/** How long the whole look took, seconds. Not a value of its kind, but always there. */
export const DURATION = "duration";

/** A number that a check measured. */
export interface Figure {
	readonly name: string;
	readonly value: number;
	readonly unit?: ValueType["unit"];
	readonly isWhole: boolean;
}

/** The numbers of a check, the main one first. True is 1 and false 0. */
export function figuresOf({ values, types, durationMs }: CheckReport): readonly Figure[] {
	const figures = Object.entries(values).flatMap(([name, value]): Figure[] => {
		if (typeof value === "string" || (typeof value === "number" && !Number.isFinite(value))) return [];
		const { unit, type } = types[name] ?? {};
		return [{ name, value: Number(value), ...(unit && { unit }), isWhole: type !== "double" }];
	});
	if (durationMs !== undefined && Number.isFinite(durationMs)) {
		figures.push({ name: DURATION, value: durationMs / 1_000, unit: "s", isWhole: false });
	}
	const rank = ({ name }: Figure) => (name === MAIN ? 0 : 1);
	return figures.sort((a, b) => rank(a) - rank(b));
}

/**
 * The performance data of a check, each as `label=value[UOM];warn;crit;min;max`.
 *
 * @param prefix stands before each label, for the checks of an instance together
 */
export function perfdata(
	report: CheckReport,
	{
		ranges = {},
		prefix = "",
		figures = figuresOf(report),
	}: { ranges?: Ranges; prefix?: string; figures?: readonly Figure[] },
): readonly string[] {
	return figures.map((figure) => {
		const { name, value, unit } = figure;
		const limits = report.thresholds[name];
		const given = ranges[name];
		const fields = [
			plainNumber(value) + uomOf(unit),
			given?.warning ? showRange(given.warning) : sideOf(limits?.warning, limits?.bad, figure),
			given?.critical ? showRange(given.critical) : sideOf(limits?.critical, limits?.bad, figure),
			isNeverNegative(unit) ? "0" : "",
		];
		return `${label(prefix + name)}=${fields.join(";").replace(/;+$/, "")}`;
	});
}

/** The unit of measurement of the guidelines. They have none for days. */
function uomOf(unit: ValueType["unit"]): string {
	return unit === undefined || unit === "d" ? "" : unit;
}

function isNeverNegative(unit: ValueType["unit"]): boolean {
	return unit === "s" || unit === "B";
}

/**
 * A limit as a range, on its bad side. What cannot be negative is limited by a plain number, which is also what programs
 * understand that draw lines and know no ranges.
 */
function sideOf(limit: number | undefined, bad: "above" | "below" | undefined, { unit, isWhole }: Figure): string {
	if (limit === undefined) return "";
	if (bad === "below") return showRange({ start: limit, end: Number.POSITIVE_INFINITY, alertsInside: false });
	const start = limit >= 0 && (isNeverNegative(unit) || isWhole) ? 0 : Number.NEGATIVE_INFINITY;
	return showRange({ start, end: limit, alertsInside: false });
}

/** Quoted where it has to be; an equals sign cannot stand in one at all. */
function label(name: string): string {
	const text = name.replace(/[=\p{Cc}]/gu, "_").toWellFormed();
	return /^[\w.:/-]+$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`;
}
