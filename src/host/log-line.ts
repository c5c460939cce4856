/** Longer lines are cut before any pattern is tried on them, characters. */
export const LONGEST_LINE = 4_096;

/** What a line of DSS's log tells of itself. */
export interface LogHead {
	/** ms since 1970 UTC; the log is written in the machine's own zone. */
	readonly at: number;
	readonly level: string;
}

const HEAD = /^\[(\d{4})\/(\d\d)\/(\d\d)-(\d\d):(\d\d):(\d\d)\.(\d{3})\] \[[^\]]*\] \[(\w+)\]/;

/** Reads the beginning of a line: `[2025/11/20-10:15:30.123] [thread] [INFO] [logger] …`; undefined for a stack trace. */
export function headOf(line: string): LogHead | undefined {
	const found = HEAD.exec(line);
	if (!found) return undefined;
	const [, year, month, day, hour, minute, second, ms, level = ""] = found;
	const at = new Date(
		+(year ?? 0),
		+(month ?? 1) - 1,
		+(day ?? 1),
		+(hour ?? 0),
		+(minute ?? 0),
		+(second ?? 0),
		+(ms ?? 0),
	);
	return { at: at.getTime(), level };
}

/** What is looked for in every log of DSS. The text comes first: most lines hold none of them. */
const SIGNS = [
	["out_of_memory", "OutOfMemoryError"],
	["no_space", "No space left on device"],
	["too_many_files", "Too many open files"],
	["startups", "DSS startup"],
] as const;
export type Sign = (typeof SIGNS)[number][0];

export function signIn(line: string): Sign | undefined {
	return SIGNS.find(([, text]) => line.includes(text))?.[0];
}

/**
 * How long a full garbage collection took, in seconds: `[Full GC (Ergonomics) … 4.1 secs]` of Java 8, or
 * `[gc] GC(3) Pause Full (…) 100M->50M(200M) 4123.4ms` of later ones. undefined for any other line.
 */
export function fullGcIn(line: string): number | undefined {
	if (line.includes("Full GC")) {
		const found = /, (\d+(?:[.,]\d+)?) secs\]/.exec(line);
		return found ? Number(found[1]?.replace(",", ".")) : undefined;
	}
	if (!line.includes("Pause Full")) return undefined;
	const found = /(\d+(?:[.,]\d+)?)ms\s*$/.exec(line);
	return found ? Number(found[1]?.replace(",", ".")) / 1_000 : undefined;
}

/** Words after which a secret stands, in logs of anything. */
const CREDENTIAL =
	/((?:password|passwd|pwd|secret|token|api[_-]?key|authorization|credential)s?["']?\s*[=:]\s*(?:(?:basic|bearer)\s+)?)("[^"]*"|'[^']*'|[^\s,;&"']+)/gi;

/** Takes what looks like a credential out of a line of somebody else's log. */
export function withoutCredentials(line: string): string {
	return line.replace(CREDENTIAL, "$1…");
}
