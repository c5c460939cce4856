import { createContext, Script } from "node:vm";

/** What the user's patterns found. */
export interface OwnMatches {
	/** Matching lines, by name of the pattern. */
	readonly counts: Readonly<Record<string, number>>;
	/** The last line that matched any. */
	readonly line: string | undefined;
	/** Patterns that took too long, and were left out from then on. */
	readonly slow: readonly string[];
}

/** One bunch of lines on one pattern may take this long, ms. */
const BUNCH_MS = 50;
/** All of them together may take this long, ms: the whole program waits meanwhile. */
const TOTAL_MS = 400;

const COUNT = `(() => {
	let count = 0, last = -1;
	for (let at = 0; at < lines.length; at++) if (pattern.test(lines[at])) { count++; last = at; }
	return [count, last];
})()`;

/**
 * Tries patterns of the user's own on bunches of lines. A regular expression can take longer than the age of the universe
 * on a short line, and nothing but V8 itself can break it off: hence the script with a deadline.
 *
 * @param monotonic a clock, ms
 */
export function ownPatterns(patterns: Readonly<Record<string, RegExp>>, monotonic: () => number) {
	const left = new Map(Object.entries(patterns));
	const counts: Record<string, number> = Object.fromEntries([...left.keys()].map((name) => [name, 0]));
	const slow: string[] = [];
	let line: string | undefined;
	let leftMs = TOTAL_MS;
	const scope: { lines: readonly string[]; pattern: RegExp | undefined } = { lines: [], pattern: undefined };
	const context = left.size > 0 ? createContext(scope) : undefined;
	const script = new Script(COUNT);

	function tryOne(name: string, pattern: RegExp, lines: readonly string[]): void {
		const start = monotonic();
		scope.lines = lines;
		scope.pattern = pattern;
		try {
			const timeout = Math.max(1, Math.ceil(Math.min(BUNCH_MS, leftMs)));
			const [count, last] = script.runInContext(context ?? scope, { timeout }) as [number, number];
			counts[name] = (counts[name] ?? 0) + count;
			if (last >= 0) line = lines[last];
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
			left.delete(name);
			slow.push(name);
		}
		leftMs -= monotonic() - start;
		if (leftMs > 0) return;
		slow.push(...left.keys());
		left.clear();
	}

	return {
		try(lines: readonly string[]): void {
			for (const [name, pattern] of [...left]) if (left.has(name)) tryOne(name, pattern, lines);
		},
		found: (): OwnMatches => ({ counts, line, slow }),
	};
}
