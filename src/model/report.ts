import type { Cause } from "./cause.ts";
import type { Layer } from "./causes/entry.ts";
import type { Values, ValueTypes } from "./sample.ts";
import { type Exceeded, isWorse, type Level } from "./verdict.ts";

/** The limits of a value, in its own unit. */
interface ReportLimits {
	readonly warning?: number;
	readonly critical?: number;
	/** Which side of a limit is bad. */
	readonly bad: "above" | "below";
}

/** What is to blame, with all that is known of it: who reads a report needs no catalogue of causes. */
export interface ReportedCause extends Cause {
	readonly layer: Layer;
	/** What to do first. */
	readonly hint: string;
}

/** What one check says now, for a program that asks: the one shape behind Zabbix, Nagios and JSON. */
export interface CheckReport {
	readonly instance: string;
	readonly check: string;
	/** What is true while the check is good, in words. */
	readonly about: string;
	/** Of the newest sample; unknown where there is none that says something about now. */
	readonly level: Level;
	/** What is to blame; absent when ok. */
	readonly cause?: ReportedCause;
	readonly summary: string;
	/** The conditions that failed, worst first. */
	readonly failed: readonly string[];
	/** Which of those speak of a threshold that is exceeded, by the name of its value; absent where none does. */
	readonly exceeded?: Exceeded;
	/** Start of the newest sample, ms since 1970 UTC; 0 where there never was one. */
	readonly sampledAt: number;
	readonly durationMs?: number;
	/** In base units. */
	readonly values: Values;
	/** All that its kind can measure, by name, measured this time or not. */
	readonly types: ValueTypes;
	/** Afterwards this says nothing about now (two intervals and the timeout after the sample), ms since 1970 UTC. */
	readonly freshUntil: number;
	/** Where its alert is; only the daemon knows that. */
	readonly phase?: "inactive" | "pending" | "firing" | "recovering";
	/** The confirmed level, while an incident is open; only the daemon knows that. */
	readonly firm?: Level;
	/** Limits of values, by name. */
	readonly thresholds: Readonly<Record<string, ReportLimits>>;
	/** Those of the instance and of the check. */
	readonly labels: Readonly<Record<string, string>>;
	readonly runbook?: string;
	/** What to do first, in the words of the check. */
	readonly advice?: string;
	/** Keys of the checks that explain this one when they are bad. */
	readonly parents: readonly string[];
}

/** What an instance says now: its checks in the order of the configuration. */
export interface InstanceReport {
	readonly instance: string;
	readonly url: string;
	readonly labels: Readonly<Record<string, string>>;
	readonly checks: readonly CheckReport[];
}

/** Whether a report still says something about now. */
export function isFresh(report: Pick<CheckReport, "freshUntil">, now: number): boolean {
	return now <= report.freshUntil;
}

/**
 * The report as it may be told now: one whose time is over is unknown, never a stale ok. A report that was unknown before
 * keeps its own words.
 */
export function asOfNow(report: CheckReport, now: number): CheckReport {
	if (isFresh(report, now) || report.level === "unknown") return report;
	const { cause: _cause, ...rest } = report;
	const age = Math.round((now - report.sampledAt) / 1_000);
	const summary =
		report.sampledAt === 0 ? "not sampled yet" : `no fresh sample: the newest is ${age} s old (${report.summary})`;
	return { ...rest, level: "unknown", summary, failed: [] };
}

/** The worst level of all; ok where there are none. */
export function worstOf(reports: readonly Pick<CheckReport, "level">[]): Level {
	return reports.reduce<Level>((worst, { level }) => (isWorse(level, worst) ? level : worst), "ok");
}
