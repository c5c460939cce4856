import type { Check } from "../config/checks.ts";
import { DAY_MS, formatDuration } from "../model/duration.ts";
import type { StoreOptions } from "../store/options.ts";
import { critical, type Examination, type Finding, ok, warning } from "./examination.ts";
import { existingAbove, roomAt, statOf } from "./files.ts";
import { sizeText } from "./words.ts";

/** A kept sample with its share of index and free pages, bytes. */
const SAMPLE_BYTES = 130;
/** States, messages, dispositions: what there is besides samples, bytes. */
const BESIDES_BYTES = 20e6;
/** With less than this the next burst of alerts may not be stored, bytes. */
const LAST_BYTES = 64e6;

/**
 * How large the database will become: samples of all checks for as long as they are kept, at most the limit.
 *
 * @returns bytes
 */
export function expectedSize(checks: readonly Pick<Check, "timing" | "policy">[], store: StoreOptions): number {
	const aDay = checks.reduce((sum, check) => sum + DAY_MS / intervalOf(check), 0);
	const kept = Math.min(store.max_samples, aDay * (store.keep / DAY_MS));
	return Math.round(kept * SAMPLE_BYTES + BESIDES_BYTES);
}

/** Of a check that cron rings, about a third of its longest bearable gap. */
function intervalOf({ timing, policy }: Pick<Check, "timing" | "policy">): number {
	return "every" in timing ? timing.every : policy.gapMs / 3;
}

/** What there is on the disk and what the store will want of it, bytes. */
export interface Space {
	readonly free: number;
	/** File entries that are left; undefined where the file system counts none. */
	readonly entries: number | undefined;
	readonly now: number;
	readonly expected: number;
	readonly keepMs: number;
}

export function judgeSpace({ free, entries, now, expected, keepMs }: Space): readonly Finding[] {
	const growth = Math.max(0, expected - now);
	const seen = `${sizeText(free)} free; the store grows to about ${sizeText(Math.max(expected, now))} within ${formatDuration(keepMs)}`;
	const todo = "Make room on that disk, or keep less: keep and max_samples under store:.";
	const findings: Finding[] = [];
	if (free < LAST_BYTES) findings.push(critical(`${sizeText(free)} free on the disk of the store`, todo));
	else if (free < growth) findings.push(warning(seen, todo));
	else findings.push(ok(seen));
	if (entries === 0) findings.push(critical("no file can be made any more on the disk of the store (inodes)", todo));
	return findings;
}

export const spaceExamination = (store: StoreOptions, checks: readonly Check[]): Examination => ({
	name: "space",
	examine() {
		const { bytes, entries } = roomAt(existingAbove(store.path));
		const now = ["", "-wal"].reduce((sum, suffix) => sum + (statOf(store.path + suffix)?.size ?? 0), 0);
		return judgeSpace({ free: bytes, entries, now, expected: expectedSize(checks, store), keepMs: store.keep });
	},
});
