import type { CheckReport } from "../model/report.ts";
import { reportedCause } from "../model/reported-cause.ts";
import { isWorse, type Level } from "../model/verdict.ts";
import { alerts, plainNumber, type Range, showRange } from "./nagios-range.ts";
import { type Figure, figuresOf, type Ranges } from "./perfdata.ts";

interface Finding {
	readonly level: Level;
	readonly name: string;
	readonly text: string;
}

/**
 * Judges a check's values by ranges in place of its own thresholds. All other conditions of the check hold as before: a range
 * never hides them, nor a look that could not measure.
 *
 * A report says of all that failed only the worst level. Where a threshold that is replaced failed together with conditions of
 * the check, these count as the worst: better too loud than quiet.
 */
export function judgedByRanges(report: CheckReport, ranges: Ranges): CheckReport {
	const names = Object.keys(ranges);
	// A look that broke off, or one that is too old, has no values to judge by.
	const isFault = report.level !== "ok" && report.failed.length === 0;
	if (names.length === 0 || isFault) return report;
	const replaced = names.map((name) => report.exceeded?.[name]);
	const rest = report.failed.filter((text) => !replaced.includes(text));
	const before: Level = rest.length > 0 ? report.level : "ok";
	const figures = figuresOf(report);
	const found = names
		.flatMap((name) => findingOf(name, figures, ranges[name] ?? {}))
		.sort((a, b) => (isWorse(b.level, a.level) ? 1 : isWorse(a.level, b.level) ? -1 : 0));
	const [worst] = found;
	const decides = worst !== undefined && isWorse(worst.level, before);
	const level = decides ? worst.level : before;
	const { cause: blamed, ...unblamed } = report;
	const culprit = decides ? culpritOf(worst, report) : blamed;
	const texts = found.map(({ text }) => text);
	return {
		...unblamed,
		level,
		// The first line is all that many people see.
		...(decides && { summary: [worst.text, report.summary].filter((text) => text !== "").join("; ") }),
		...(level !== "ok" && culprit && { cause: culprit }),
		failed: decides ? [...texts, ...rest] : [...rest, ...texts],
	};
}

/** A value that was not measured blames nobody. */
function culpritOf({ level, name }: Finding, { types }: CheckReport): CheckReport["cause"] {
	return level === "unknown" ? undefined : reportedCause(types[name]?.blames ?? "threshold_exceeded");
}

function findingOf(
	name: string,
	figures: readonly Figure[],
	{ warning, critical }: { readonly warning?: Range; readonly critical?: Range },
): readonly Finding[] {
	const figure = figures.find((one) => one.name === name);
	if (!figure) return [{ level: "unknown", name, text: `${name} was not measured` }];
	const { value, unit } = figure;
	const seen = `${name} ${plainNumber(value)}${unit ? ` ${unit}` : ""}`;
	for (const [level, range] of [
		["critical", critical],
		["warning", warning],
	] as const) {
		if (!range || !alerts(value, range)) continue;
		const side = range.alertsInside ? "inside" : "outside";
		const shown = showRange(range).replace("@", "");
		return [{ level, name, text: `${seen} is ${side} the range ${shown}` }];
	}
	return [];
}
