import { isoTime } from "../clock.ts";
import { DAY_MS } from "../model/duration.ts";
import { EXIT, UserError } from "./exit.ts";

/**
 * Reads a moment as a person types it: `2026-01-05T14:00Z`, `2026-01-05 14:00` or `14:00`. Without a zone it is the local
 * time of this machine.
 *
 * @param near which day a time alone means: the next such moment, or the last one
 * @returns ms since 1970 UTC
 * @throws UserError where it is none of them
 */
export function parseMoment(text: string, now: number, near: "next" | "last"): number {
	const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
	if (hour !== undefined && Number(hour) < 24 && Number(minute) < 60) {
		const today = new Date(now);
		today.setHours(Number(hour), Number(minute), 0, 0);
		const at = today.getTime();
		if (near === "next" && at <= now) return today.setDate(today.getDate() + 1);
		if (near === "last" && at > now) return today.setDate(today.getDate() - 1);
		return at;
	}
	const isDate = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(text);
	// A date alone would be midnight in UTC, unlike one with a time.
	const at = isDate ? Date.parse(text.length === 10 ? `${text}T00:00` : text.replace(" ", "T")) : Number.NaN;
	if (!Number.isNaN(at)) return at;
	throw new UserError(
		`${text} is not a moment: write 14:00, "2026-01-05 14:00" (local time) or 2026-01-05T14:00Z`,
		EXIT.usage,
	);
}

/** A moment in UTC for people: `2026-01-05 08:00:30`. */
export function stamp(at: number): string {
	return isoTime(at).replace("T", " ").replace("Z", "");
}

/** The same without the day where that is the one of `beside`. */
export function stampBeside(at: number, beside: number): string {
	const isNear = Math.abs(at - beside) < DAY_MS && stamp(at).slice(0, 10) === stamp(beside).slice(0, 10);
	return isNear ? stamp(at).slice(11) : stamp(at);
}
