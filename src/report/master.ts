import { layerOf } from "../model/cause.ts";
import { asOfNow, type CheckReport, type InstanceReport, isFresh, worstOf } from "../model/report.ts";
import type { Value, Values } from "../model/sample.ts";
import { LEVEL_CODE } from "../model/verdict.ts";

/** Zabbix keeps no more of a text, bytes. */
const MOST_BYTES = 65_000;
/** Of one text in a row, characters; shorter where not everything fits. */
const LONGEST = 1_000;
const SHORT = 80;
/** The layers that have to hold for an instance to be reachable at all. */
const REACHED = new Set<string>(["network", "tls", "nginx", "backend", "proxy"]);

/**
 * Everything about an instance as one line of JSON: Zabbix's master item, of which all others depend, the same from an
 * external check, an HTTP agent and a trapper. Under 64 KB, numbers never NaN, booleans as 0 and 1.
 *
 * @param now ms since 1970 UTC: reports whose time is over are told as unknown
 */
export function masterJson(report: InstanceReport, now: number): string {
	const checks = report.checks.map((check) => asOfNow(check, now));
	const fresh = report.checks.filter((check) => isFresh(check, now));
	const newest = Math.max(0, ...checks.map(({ sampledAt }) => sampledAt));
	const level = worstOf(checks);
	const culprit = checks.find((check) => check.level === level && check.level !== "ok");
	const head = {
		probe: Number(fresh.length > 0),
		instance: report.instance,
		verdict: LEVEL_CODE[checks.length > 0 ? level : "unknown"],
		up: Number(!checks.some(isUnreachable)),
		version: versionOf(checks),
		cause: culprit?.cause?.code ?? "",
		cause_text: culprit?.cause?.text ?? "",
		error: fresh.length > 0 ? "" : cut(culprit?.summary ?? "no check runs on this instance", LONGEST),
		age: ageOf(newest, now),
	};
	const whole = JSON.stringify({ ...head, checks: checks.map((check) => rowOf(check, now, LONGEST, true)) });
	if (fits(whole)) return whole;
	const shorter = JSON.stringify({ ...head, checks: checks.map((check) => rowOf(check, now, SHORT, false)) });
	if (fits(shorter)) return shorter;
	return asManyAsFit(head, checks, now);
}

/** The same shape where nothing is known: `probe` is 0, and `error` says why. */
export function masterTrouble(instance: string, error: string): string {
	return JSON.stringify({
		probe: 0,
		instance,
		verdict: LEVEL_CODE.unknown,
		up: 1,
		version: "",
		cause: "",
		cause_text: "",
		error: cut(error, LONGEST),
		age: -1,
		checks: [],
	});
}

function rowOf(report: CheckReport, now: number, longest: number, hasValues: boolean): object {
	const { check, level, phase, cause, summary, failed, sampledAt, durationMs, values } = report;
	return {
		name: check,
		verdict: LEVEL_CODE[level],
		phase: phase ?? "",
		cause: cause?.code ?? "",
		cause_text: cause?.text ?? "",
		summary: cut([summary, ...failed].join("; "), longest),
		time: Math.floor(sampledAt / 1_000),
		age: ageOf(sampledAt, now),
		duration: rounded((durationMs ?? 0) / 1_000),
		values: hasValues ? plainValues(values, longest) : {},
	};
}

/** Worst first: what does not fit is what is well. */
function asManyAsFit(head: object, checks: readonly CheckReport[], now: number): string {
	const rank = { critical: 0, warning: 1, unknown: 2, ok: 3 } as const;
	const sorted = [...checks].sort((a, b) => rank[a.level] - rank[b.level]);
	const rows: string[] = [];
	let bytes = Buffer.byteLength(JSON.stringify({ ...head, left_out: checks.length, checks: [] }));
	for (const check of sorted) {
		const row = JSON.stringify(rowOf(check, now, SHORT, false));
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

function isUnreachable({ level, cause }: CheckReport): boolean {
	return level === "critical" && cause !== undefined && REACHED.has(layerOf(cause.code));
}

function versionOf(checks: readonly CheckReport[]): string {
	const found = checks.map(({ values }) => values["dss_version"]).find((version) => typeof version === "string");
	return cut(String(found ?? ""), SHORT);
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
