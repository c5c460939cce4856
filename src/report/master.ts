import { ALERT_CODE, type AlertCode } from "../model/alert-code.ts";
import { asOfNow, type CheckReport, type InstanceReport, isFresh, worstOf } from "../model/report.ts";
import type { Units, Value, Values, ValueTypes } from "../model/sample.ts";
import { LEVEL_CODE } from "../model/verdict.ts";
import { alertCode, explaining, isUnreachable } from "./alert-code.ts";

/**
 * The least that any Zabbix takes, bytes: 6.0 refuses 512 KiB from an external check. That it keeps only 64 KiB of a text does
 * not matter: nothing of a master item is kept, and what depends on it gets all of it.
 */
const MOST_BYTES = 500_000;
/** Of one text in a row, characters; shorter where not everything fits. */
const LONGEST = 1_000;
const SHORT = 80;
/** What is tried in turn: the longest text in a row, and whether it has values. */
const SHORTER_AND_SHORTER = [
	[LONGEST, true],
	[SHORT, true],
	[SHORT, false],
] as const;

/**
 * Everything about an instance as one line of JSON: Zabbix's master item, of which all others depend, the same from an
 * external check, an HTTP agent and a trapper. Bounded, numbers never NaN, booleans as 0 and 1.
 *
 * @param now ms since 1970 UTC: reports whose time is over are told as unknown
 */
export function masterJson(report: InstanceReport, now: number): string {
	const checks = report.checks.map((check) => asOfNow(check, now));
	const fresh = report.checks.filter((check) => isFresh(check, now));
	const newest = Math.max(0, ...checks.map(({ sampledAt }) => sampledAt));
	const level = worstOf(checks);
	const culprit = checks.find((check) => check.level === level && check.level !== "ok");
	const bad = explaining(checks);
	const head = {
		probe: Number(fresh.length > 0),
		instance: report.instance,
		verdict: LEVEL_CODE[checks.length > 0 ? level : "unknown"],
		alert: fresh.length > 0 ? reachAlert(checks, bad) : ALERT_CODE.held,
		// Where nothing is known now, neither 0 nor 1 would be true.
		...(fresh.length > 0 && { up: Number(!checks.some(isUnreachable)) }),
		version: versionOf(checks),
		cause: culprit?.cause?.code ?? "",
		cause_text: culprit?.cause?.text ?? "",
		error: fresh.length > 0 ? "" : cut(culprit?.summary ?? "no check runs on this instance", LONGEST),
		age: ageOf(newest, now),
	};
	for (const [longest, hasValues] of SHORTER_AND_SHORTER) {
		const text = JSON.stringify({ ...head, checks: checks.map((check) => rowOf(check, bad, now, longest, hasValues)) });
		if (fits(text)) return text;
	}
	return asManyAsFit(head, checks, bad, now);
}

/** The same shape where nothing is known: `probe` is 0, and `error` says why. */
export function masterTrouble(instance: string, error: string): string {
	return JSON.stringify({
		probe: 0,
		instance,
		verdict: LEVEL_CODE.unknown,
		alert: ALERT_CODE.held,
		version: "",
		cause: "",
		cause_text: "",
		error: cut(error, LONGEST),
		age: -1,
		checks: [],
	});
}

function rowOf(
	report: CheckReport,
	bad: ReadonlySet<string>,
	now: number,
	longest: number,
	hasValues: boolean,
): object {
	const { check, about, level, phase, cause, summary, failed, sampledAt, durationMs, values, types, labels } = report;
	return {
		name: check,
		about: cut(about, longest),
		severity: labels["severity"] ?? "",
		runbook: report.runbook ?? "",
		verdict: LEVEL_CODE[level],
		alert: isFresh(report, now) ? alertCode(report, bad) : ALERT_CODE.held,
		phase: phase ?? "",
		cause: cause?.code ?? "",
		cause_text: cause?.text ?? "",
		summary: cut([summary, ...failed].join("; "), longest),
		time: Math.floor(sampledAt / 1_000),
		age: ageOf(sampledAt, now),
		duration: rounded((durationMs ?? 0) / 1_000),
		values: hasValues ? plainValues(values, longest) : {},
		units: hasValues ? unitsOf(values, types) : {},
	};
}

/** Worst first: what does not fit is what is well. */
function asManyAsFit(head: object, checks: readonly CheckReport[], bad: ReadonlySet<string>, now: number): string {
	const rank = { critical: 0, warning: 1, unknown: 2, ok: 3 } as const;
	const sorted = [...checks].sort((a, b) => rank[a.level] - rank[b.level]);
	const rows: string[] = [];
	let bytes = Buffer.byteLength(JSON.stringify({ ...head, left_out: checks.length, checks: [] }));
	for (const check of sorted) {
		const row = JSON.stringify(rowOf(check, bad, now, SHORT, false));
		bytes += Buffer.byteLength(row) + 1;
		if (bytes > MOST_BYTES) break;
		rows.push(row);
	}
	const opening = JSON.stringify({ ...head, left_out: checks.length - rows.length }).slice(0, -1);
	return `${opening},"checks":[${rows.join(",")}]}`;
}

/** Seconds since a sample; -1 where there never was one. */
function ageOf(sampledAt: number, now: number): number {
	return sampledAt === 0 ? -1 : rounded(Math.max(0, now - sampledAt) / 1_000);
}

/**
 * The alert of the instance as a whole: fires where one of its checks does because nothing is reached. A check that is held
 * back leaves that to its parent; one that fires for something else says nothing against the instance.
 */
function reachAlert(checks: readonly CheckReport[], bad: ReadonlySet<string>): AlertCode {
	const codes = checks.flatMap((check): readonly AlertCode[] => {
		const isOnce = check.phase === undefined;
		const isExplained = check.parents.some((key) => bad.has(key));
		if (isUnreachable(check) && isOnce) return isExplained ? [] : [ALERT_CODE.critical];
		const code = alertCode(check, bad);
		if (code === ALERT_CODE.held)
			return check.phase === "recovering" || (!isOnce && check.level === "ok") ? [code] : [];
		if (isUnreachable(check) && code === ALERT_CODE.firingCritical) return [code];
		return [isOnce ? ALERT_CODE.good : ALERT_CODE.none];
	});
	return codes.length === 0 ? ALERT_CODE.held : codes.reduce((worst, code) => (code > worst ? code : worst));
}

function versionOf(checks: readonly CheckReport[]): string {
	const found = checks.map(({ values }) => values["dss_version"]).find((version) => typeof version === "string");
	return cut(String(found ?? ""), SHORT);
}

function unitsOf(values: Values, types: ValueTypes): Units {
	return Object.fromEntries(
		Object.keys(values).flatMap((name) => {
			const unit = Object.hasOwn(types, name) ? types[name]?.unit : undefined;
			return unit === undefined ? [] : [[name, unit]];
		}),
	);
}

function plainValues(values: Values, longest: number): Values {
	const plain = (value: Value): Value => {
		if (typeof value === "boolean") return Number(value);
		return typeof value === "number" ? rounded(value) : cut(value, longest);
	};
	const usable = Object.entries(values).filter(([, value]) => typeof value !== "number" || Number.isFinite(value));
	return Object.fromEntries(usable.map(([name, value]) => [name, plain(value)]));
}

/** To microseconds. */
function rounded(value: number): number {
	return Number.isFinite(value) ? Number(value.toFixed(6)) : 0;
}

function cut(text: string, longest: number): string {
	return text.length > longest
		? `${text
				.slice(0, longest)
				.toWellFormed()
				.replace(/\uFFFD$/, "")}…`
		: text;
}

function fits(text: string): boolean {
	return Buffer.byteLength(text) <= MOST_BYTES;
}
