import { formatDuration } from "../model/duration.ts";
import type { Values } from "../model/sample.ts";
import { compareVersions } from "../model/version.ts";

/** What stands on a restarted backend is given this long to come back, ms. Never extended by a second restart. */
const GRACE_MS = 10 * 60_000;

/** What is remembered of an instance between two samples. */
export interface InstanceMemory {
	/** As the answer's DSS-Version header said. */
	readonly version?: string;
	/** When the backend started, Unix time in s, where a check asks for it. */
	readonly started?: number;
	/** The same as the host tells it: of the process, some seconds before DSS calls itself started. */
	readonly processStarted?: number;
	readonly grace?: { readonly until: number; readonly reason: string };
}

/** What a sample tells about its instance; `note` is news for people. */
export interface Notice {
	readonly memory: InstanceMemory;
	readonly note?: string;
}

/**
 * Notices from a sample that an instance runs another version, or another start of it, than before. Pure.
 *
 * @param values of any check of the instance: `dss_version`, `started` and `backend_restarted_at` count
 * @returns undefined where nothing is new
 */
export function noticeRestart(
	before: InstanceMemory | undefined,
	name: string,
	values: Values,
	now: number,
): Notice | undefined {
	const version =
		typeof values["dss_version"] === "string" && values["dss_version"] !== "" ? values["dss_version"] : undefined;
	const started = momentIn(values, "started");
	const processStarted = momentIn(values, "backend_restarted_at");
	const memory: InstanceMemory = {
		...before,
		...(version !== undefined && { version }),
		...(started !== undefined && { started }),
		...(processStarted !== undefined && { processStarted }),
	};
	const note = newsOf(before, memory, name, now);
	if (note === undefined) {
		// The start of a process is reckoned from its age, so it wavers by a second: that is nothing to remember.
		const isSame =
			before?.version === memory.version &&
			before?.started === memory.started &&
			!isAnother(before?.processStarted, memory.processStarted) &&
			(before?.processStarted !== undefined) === (memory.processStarted !== undefined);
		return isSame ? undefined : { memory };
	}
	// A restart within a restart, or nodes of two versions behind one address, is no further news and no longer grace.
	if (before?.grace && now < before.grace.until) return { memory };
	return { memory: { ...memory, grace: { until: now + GRACE_MS, reason: note } }, note };
}

function newsOf(
	before: InstanceMemory | undefined,
	after: InstanceMemory,
	name: string,
	now: number,
): string | undefined {
	if (before?.version !== undefined && after.version !== undefined && before.version !== after.version) {
		const verb = compareVersions(after.version, before.version) < 0 ? "downgraded" : "upgraded";
		return `${name} was ${verb} from DSS ${before.version} to ${after.version}`;
	}
	for (const source of ["started", "processStarted"] as const) {
		const at = after[source];
		if (at === undefined || !isAnother(before?.[source], at)) continue;
		return `${name} was restarted ${formatDuration(Math.max(0, now - at * 1_000))} ago`;
	}
	return undefined;
}

/** Clocks differ by seconds; a start is told apart from the one before by more than that. */
function isAnother(before: number | undefined, after: number | undefined): boolean {
	return before !== undefined && after !== undefined && Math.abs(after - before) > 5;
}

function momentIn(values: Values, name: string): number | undefined {
	const value = values[name];
	return typeof value === "number" && value > 0 ? value : undefined;
}
