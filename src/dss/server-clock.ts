/**
 * How far the clock of a server is ahead of ours, from the Date header of an answer: whole seconds, cut off, written when the
 * answer began. ms; undefined where it names none.
 *
 * @param began when the first byte of the answer came, ms since 1970
 */
export function aheadOf(headers: Readonly<Record<string, string>> | undefined, began: number): number | undefined {
	const date = Date.parse(headers?.["date"] ?? "");
	return Number.isNaN(date) ? undefined : date + 500 - began;
}
