import { type CheckReport, type InstanceReport, worstOf } from "../model/report.ts";
import type { Value } from "../model/sample.ts";
import { LEVEL_CODE, LEVELS, type Level } from "../model/verdict.ts";
import { plainNumber } from "./nagios-range.ts";
import { harmless, harmlessUrl } from "./nagios-text.ts";
import { figuresOf, MAIN, perfdata, type Ranges } from "./perfdata.ts";

/** What a plugin says: what it prints, and the code that it ends with. */
export interface PluginAnswer {
	readonly text: string;
	/** 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. */
	readonly code: 0 | 1 | 2 | 3;
}

/** What goes into the parentheses of the first line, and into a line of the long output, at most, characters. */
const SUMMARY_MOST = 200;
const LINE_MOST = 600;
/** A whole report for whoever looks for a mistake of ours. */
const DUMP_MOST = 3_000;
/** Nagios Core takes 8,192 bytes of output, its closing zero included, and cuts off what is more. */
const OUTPUT_MOST = 8_000;
/** Of these at most so many are performance data, so that something is left for the words. */
const PERFDATA_MOST = 5_000;

export interface Telling {
	/** Wall clock, ms: ages are counted from it. */
	readonly now: number;
	/** Ranges that replace thresholds; for what the performance data names as limits. */
	readonly ranges?: Ranges;
	/** 0 to 3, as many `-v` were given. */
	readonly verbosity?: number;
	/** Who looked. */
	readonly by?: string;
}

/** The answer about one check: a line with performance data, and long output with what to do. */
export function nagiosCheck(report: CheckReport, telling: Telling): PluginAnswer {
	const { instance, check, level, labels } = report;
	const line = `DSS ${level.toUpperCase()} - ${instance}/${check}: ${sayingOf(report)}`;
	const long = [
		...report.failed.map((text) => `Failed: ${harmless(text, LINE_MOST)}`),
		...advice(report),
		...seenOf(report, telling.now).map((text) => `Seen: ${text}`),
	];
	const { verbosity = 0, by } = telling;
	if (verbosity >= 1) {
		long.push(
			...Object.entries(report.values).map(([name, value]) => harmless(`${name}: ${shown(value)}`, SUMMARY_MOST)),
		);
	}
	if (verbosity >= 2) {
		if (by !== undefined) long.push(`By: ${harmless(by)}`);
		long.push(...Object.entries(labels).map(([name, value]) => harmless(`Label ${name}: ${value}`, LINE_MOST)));
	}
	if (verbosity >= 3) long.push(harmless(JSON.stringify(report), DUMP_MOST));
	return answer(level, line, perfdata(report, { ...(telling.ranges && { ranges: telling.ranges }) }), long);
}

/** The answer about all checks of an instance: the worst of them, and a line for each. */
export function nagiosInstance({ instance, checks }: InstanceReport, telling: Telling): PluginAnswer {
	const level = worstOf(checks);
	const worst = checks.find((one) => one.level === level);
	if (!worst) return nagiosTrouble(`no check runs on ${instance}`);
	const count = checks.length === 1 ? "1 check" : `${checks.length} checks`;
	const saying =
		level === "ok" ? `${count} ok` : `${sayingOf(worst)} in ${worst.check}; ${countsOf(checks)} of ${count}`;
	const rank = (one: CheckReport) => LEVELS.indexOf(one.level);
	const long = checks
		.toSorted((a, b) => rank(b) - rank(a))
		.flatMap((one) => [
			`[${one.level.toUpperCase()}] ${one.check}: ${[sayingOf(one), ...seenOf(one, telling.now)].join(", ")}`,
			...advice(one).map((text) => `  ${text}`),
			...((telling.verbosity ?? 0) >= 1 ? one.failed.map((text) => `  Failed: ${harmless(text, LINE_MOST)}`) : []),
		]);
	// Of each check what speaks for it and what has limits: all numbers of all checks are more than Nagios takes.
	const figures = checks.flatMap((one) =>
		perfdata(one, {
			prefix: `${one.check}::`,
			figures: figuresOf(one).filter(({ name }) => name === MAIN || name in one.thresholds),
		}),
	);
	return answer(level, `DSS ${level.toUpperCase()} - ${instance}: ${saying}`, figures, long);
}

/** The answer where nothing can be said about DSS: a wrong command line or configuration, no answer in time. */
export function nagiosTrouble(text: string): PluginAnswer {
	return answer("unknown", `DSS UNKNOWN - ${harmless(text, LINE_MOST)}`, [], []);
}

/**
 * The report of what dss-probe has confirmed: bad only while the alert is firing or recovering. Without a daemon nothing was
 * confirmed, and the sample speaks.
 */
export function confirmed(report: CheckReport): CheckReport {
	const { phase, level, firm, cause: _cause, ...rest } = report;
	if (phase === "firing" || phase === "recovering") {
		if (level !== "ok" || firm === undefined) return report;
		return { ...report, level: firm, summary: `${report.summary}, not confirmed as over` };
	}
	if (phase === undefined || level === "ok" || level === "unknown") return report;
	return { ...rest, phase, level: "ok", failed: [], summary: `${report.summary}, ${level} but not confirmed` };
}

/** The verdict in words: who is to blame, and what was seen. */
function sayingOf({ level, cause, summary }: CheckReport): string {
	const seen = harmless(summary, SUMMARY_MOST);
	if (level === "ok" || !cause) return seen;
	return seen === "" ? harmless(cause.text) : `${harmless(cause.text)} (${seen})`;
}

/**
 * What to do first: the cause knows the layer that broke, the check what it is for. Where nothing is to blame, as where nothing
 * was seen yet, there is nothing to do about DSS.
 */
function advice({ level, cause, advice: own, runbook }: CheckReport): readonly string[] {
	if (level === "ok") return [];
	// Where only the check's own rule is broken, the cause could say no more than that.
	const hint = own !== undefined && cause?.layer === "check" ? undefined : cause?.hint;
	const todo = cause === undefined ? [] : [hint, own];
	return [
		...todo.flatMap((text) => (text === undefined ? [] : [`To do: ${harmless(text, LINE_MOST)}`])),
		...(runbook === undefined ? [] : [`Runbook: ${harmlessUrl(runbook)}`]),
	];
}

function shown(value: Value): string {
	return typeof value === "number" && Number.isFinite(value) ? plainNumber(value) : String(value);
}

/** How old the answer is, and where the daemon's own alert is; without a daemon there is none. */
function seenOf({ sampledAt, phase }: CheckReport, now: number): readonly string[] {
	if (sampledAt === 0) return [];
	const seconds = Math.max(0, now - sampledAt) / 1_000;
	// Written here: what else writes durations loads more than a plugin should.
	const age = seconds < 120 ? `${Number(seconds.toFixed(1))} s ago` : `${Math.round(seconds / 60)} min ago`;
	return [phase === undefined ? age : `${age}, alert ${phase}`];
}

function countsOf(checks: readonly CheckReport[]): string {
	return LEVELS.toReversed()
		.map((level) => ({ level, count: checks.filter((one) => one.level === level).length }))
		.filter(({ count }) => count > 0)
		.map(({ level, count }) => `${count} ${level}`)
		.join(", ");
}

/** Puts it together and keeps it within what Nagios takes: whole figures, whole lines. */
function answer(level: Level, line: string, figures: readonly string[], long: readonly string[]): PluginAnswer {
	const data = fitting(figures, " ", PERFDATA_MOST);
	const first = data.length > 0 ? `${line} | ${data.join(" ")}` : line;
	const rest = fitting(long, "\n", OUTPUT_MOST - Buffer.byteLength(first));
	return { text: [first, ...rest].join("\n"), code: LEVEL_CODE[level] };
}

function fitting(parts: readonly string[], separator: string, mostBytes: number): readonly string[] {
	let left = mostBytes;
	const end = parts.findIndex((part) => {
		left -= Buffer.byteLength(separator + part);
		return left < 0;
	});
	return end < 0 ? parts : parts.slice(0, end);
}
