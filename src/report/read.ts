import type { CheckReport, InstanceReport } from "../model/report.ts";
import { LEVELS } from "../model/verdict.ts";

/**
 * Reads a report that came over a socket. The daemon may be of another version: what is needed has to be there, and what is
 * not known is left alone. By hand, because a library for schemas takes longer to load than the question takes.
 *
 * @returns undefined where it is no report
 */
export function readInstanceReport(given: unknown): InstanceReport | undefined {
	if (!isSection(given) || !isText(given["instance"]) || !isText(given["url"]) || !isSection(given["labels"])) {
		return undefined;
	}
	const checks = given["checks"];
	return Array.isArray(checks) && checks.every(isCheckReport) ? (given as unknown as InstanceReport) : undefined;
}

function isCheckReport(given: unknown): given is CheckReport {
	if (!isSection(given)) return false;
	const { cause, failed, exceeded, level } = given;
	return (
		["instance", "check", "about", "summary"].every((key) => isText(given[key])) &&
		LEVELS.some((known) => known === level) &&
		["values", "types", "thresholds", "labels"].every((key) => isSection(given[key])) &&
		["sampledAt", "freshUntil"].every((key) => Number.isFinite(given[key])) &&
		Array.isArray(failed) &&
		failed.every(isText) &&
		(exceeded === undefined || (isSection(exceeded) && Object.values(exceeded).every(isText))) &&
		Array.isArray(given["parents"]) &&
		(cause === undefined || (isSection(cause) && ["code", "text", "layer", "hint"].every((key) => isText(cause[key]))))
	);
}

function isSection(given: unknown): given is Readonly<Record<string, unknown>> {
	return typeof given === "object" && given !== null && !Array.isArray(given);
}

function isText(given: unknown): given is string {
	return typeof given === "string";
}
