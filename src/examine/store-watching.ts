import type { Check } from "../config/checks.ts";
import { formatDuration } from "../model/duration.ts";
import { inspect } from "../store/inspect.ts";
import { critical, type Examination, type Finding, ok, skipped } from "./examination.ts";
import { statOf } from "./files.ts";

/** So many of the shortest intervals without any look of any check, and nobody watches. */
const INTERVALS = 3;
/** A cron line may run far more seldom than its checks say, ms. */
const LEAST_MS = 3_600_000;

/**
 * @param newestAt when the newest look of any check began; undefined where there is none
 * @param everyMs the shortest interval of a check
 */
export function judgeWatching(newestAt: number | undefined, everyMs: number, now: number): Finding {
	if (newestAt === undefined) return skipped("nothing was watched yet");
	const ago = formatDuration(now - newestAt);
	if (now - newestAt <= Math.max(LEAST_MS, INTERVALS * everyMs)) return ok(`the last look was ${ago} ago`);
	const todo = "Start the daemon, or look whether the cron line still runs: nobody is told of anything meanwhile.";
	return critical(`nobody watches: the last look was ${ago} ago`, todo);
}

export const watchingExamination = (path: string, checks: readonly Check[], now: number): Examination => ({
	name: "last look",
	examine() {
		if (!statOf(path)) return [judgeWatching(undefined, 0, now)];
		const every = checks.flatMap(({ timing, policy }) => ("every" in timing ? [timing.every] : [policy.gapMs]));
		try {
			const newest = inspect(path, (store) =>
				checks.flatMap(({ key }) => store.samples(key, 1).map(({ sample }) => sample.startedAt)),
			);
			const newestAt = newest.length > 0 ? Math.max(...newest) : undefined;
			return [judgeWatching(newestAt, every.length > 0 ? Math.min(...every) : 0, now)];
		} catch {
			return [skipped("the store cannot be read")];
		}
	},
});
