import { Cron } from "croner";

/** Any moment does to try an expression out; the 29th of February lies within reach of this one. */
const TRIAL = Date.UTC(2024, 0, 1);

/**
 * Says what is wrong with a cron expression or its time zone, for people.
 *
 * @param cron five fields (minute to day of week), six (second first), or a nickname such as `@daily`
 * @param timezone IANA name, such as `Europe/Paris`
 * @returns the problem as the end of a sentence ("never comes: there is no such day"), or undefined where all is well
 */
export function checkCron(cron: string, timezone: string): string | undefined {
	if (!isZone(timezone)) return `names a time zone that does not exist: ${timezone}`;
	// croner takes a date as well, and lets `?` stand for the moment of parsing; neither says when to run next time.
	if (!cron.trim().startsWith("@") && ![5, 6].includes(cron.trim().split(/\s+/).length)) {
		return "is no cron expression: write five fields (minute hour day month weekday), or six with seconds first";
	}
	if (cron.includes("?")) return "has a ?, which depends on when it is read: write * or a number";
	try {
		if (nextCron(cron, timezone, TRIAL) === undefined) return "never comes: there is no such day";
	} catch (error) {
		return `is no cron expression: ${(error as Error).message.replace(/^Cron\w+: /, "")}`;
	}
	return undefined;
}

/**
 * The first moment of a cron expression after another moment.
 *
 * In the hour that summer time skips, an expression with a single time of day runs right after the gap and others skip
 * it; in the hour that comes twice, a single time of day runs once, at its first coming, and others run in both (croner).
 *
 * @param after ms since 1970 UTC; the result is later than it, by at least a millisecond
 * @returns ms since 1970 UTC, or undefined where there is none
 * @throws where `checkCron` has something to say
 */
export function nextCron(cron: string, timezone: string, after: number): number | undefined {
	return new Cron(cron, { timezone, paused: true, mode: "5-or-6-parts" }).nextRun(new Date(after))?.getTime();
}

function isZone(timezone: string): boolean {
	try {
		return new Intl.DateTimeFormat("en", { timeZone: timezone }) !== undefined;
	} catch {
		return false;
	}
}
