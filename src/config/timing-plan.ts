import { formatDuration } from "../model/duration.ts";
import { checkCron } from "../schedule/cron.ts";
import type { Timing } from "../schedule/timing.ts";
import type { CheckFile } from "./check-files.ts";
import type { CheckFileOptions } from "./checks.ts";
import { longestGap, shortestGap } from "./gaps.ts";
import type { FindOrigin, Use } from "./origin.ts";
import { didYouMean } from "./suggest.ts";

/** When a check runs, decided. */
export interface TimingPlan {
	readonly timing: Timing;
	readonly timeoutMs: number;
	/** Lazy where it is costly: see `Check.retryEveryMs`. */
	readonly retryEveryMs: number;
	/** Longest regular time between two looks. Lazy. */
	readonly longestGapMs: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const TIMEOUT_SHARE = 0.8;
/** Below this an interval is more likely a slip (30ms for 30s) than meant. */
const HASTY_MS = 1_000;

/** When a look that broke off is followed by the one that confirms it, unless the check says so itself. */
const CONFIRM_MS = 5 * 60_000;

/**
 * Whether one look fires a detail inside DSS. The outage itself is told by the depths, so here a look that broke off is
 * confirmed by a second one.
 */
export function isSwift({ fail_after, labels }: Pick<CheckFileOptions, "fail_after" | "labels">): boolean {
	return fail_after.of === 1 && labels["layer"] === "detail";
}

/**
 * Decides interval, timeout and retries of a check. An `every` or `cron` of the use replaces both of the file.
 * The default timeout is 80 % of the (shortest) interval, so that a run has ended before the next is due, at most 10 s.
 */
export function planTiming(
	file: CheckFile,
	use: Use | undefined,
	options: CheckFileOptions,
	origin: FindOrigin,
): TimingPlan | undefined {
	let sound = true;
	const report = (severity: "error" | "warning", key: string, message: string, hint?: string) => {
		const at = origin([key]);
		at.document[severity](at.path, message, { hint });
		if (severity === "error") sound = false;
	};
	for (const key of ["every", "timeout", "retry_every"] as const) {
		if (options[key] === 0) report("error", key, `"${key}" must be longer than nothing`);
	}
	const timing = timingOf(file, use, options, report);
	if (!timing || !sound) return undefined;
	const interval = "every" in timing ? timing.every : shortestGap(timing.cron, timing.timezone);
	const timeoutMs = options.timeout ?? Math.min(DEFAULT_TIMEOUT_MS, Math.floor(TIMEOUT_SHARE * interval));
	// Where the use changes only the interval, the interval is what does not fit.
	const later = (key: string) => {
		const timed = use?.options.every !== undefined ? "every" : use?.options.cron !== undefined ? "cron" : key;
		return use && use.options[key as "timeout"] === undefined ? timed : key;
	};
	const than = `than the interval (${formatDuration(interval)})`;
	if (timeoutMs > interval) {
		report("error", later("timeout"), `"timeout" (${formatDuration(timeoutMs)}) is longer ${than}`);
	}
	if (interval < HASTY_MS) {
		report("warning", "every" in timing ? "every" : "cron", `runs every ${formatDuration(interval)}: is that meant?`);
	}
	const { retry_every: retryMs } = options;
	if (retryMs !== undefined && retryMs > interval) {
		const message = `"retry_every" (${formatDuration(retryMs)}) is longer ${than}`;
		report("warning", later("retry_every"), message, "it is meant for quicker looks; leave it out for the interval");
	}
	if (!sound) return undefined;
	const gap = () => ("every" in timing ? timing.every : longestGap(timing.cron, timing.timezone));
	return {
		timing,
		timeoutMs,
		get retryEveryMs() {
			if (retryMs !== undefined) return retryMs;
			return isSwift(options) ? Math.min(gap(), Math.max(timeoutMs, CONFIRM_MS)) : gap();
		},
		get longestGapMs() {
			return gap();
		},
	};
}

function timingOf(
	file: CheckFile,
	use: Use | undefined,
	options: CheckFileOptions,
	report: (severity: "error", key: string, message: string, hint?: string) => void,
): Timing | undefined {
	const given = use?.options;
	const replaces = given?.every !== undefined || given?.cron !== undefined;
	const { every, cron, timezone } = replaces ? { timezone: options.timezone, ...given } : options;
	if (every !== undefined && cron !== undefined) {
		report("error", "cron", `"every" and "cron" exclude each other`);
		return undefined;
	}
	if (every !== undefined) {
		const stray = replaces ? given?.timezone : options.timezone;
		if (stray !== undefined) report("error", "timezone", `"timezone" goes with "cron" only`);
		return { every };
	}
	if (cron === undefined) {
		file.document.error([], `check "${file.name}" does not say when it runs`, { hint: "write every: or cron:" });
		return undefined;
	}
	const zone = timezone ?? "UTC";
	const isBadZone = checkCron("* * * * *", zone) !== undefined;
	const wrong = checkCron(cron, isBadZone ? "UTC" : zone);
	if (isBadZone) report("error", "timezone", `"timezone" ${checkCron("* * * * *", zone)}`, zoneHint(zone));
	if (wrong !== undefined) report("error", "cron", `"cron" ${wrong}`);
	return isBadZone || wrong !== undefined ? undefined : { cron, timezone: zone };
}

function zoneHint(zone: string): string | undefined {
	return didYouMean(zone, Intl.supportedValuesOf("timeZone"));
}
