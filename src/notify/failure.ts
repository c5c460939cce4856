import { oneLine } from "./words.ts";

/** What Node advises who starts it, which nobody who reads this does. */
const NODE_ADVICE = /; if the root CA is installed locally, try running Node\.js with --use-system-ca/;

/**
 * Describes why nothing was answered, in one line: the codes and words of the error and of what caused it. Libraries wrap
 * the cause ("fetch failed"), and systems try several addresses at once; both are unwrapped.
 */
export function describeFailure(error: unknown): string {
	const parts: string[] = [];
	let next: unknown = error;
	for (let depth = 0; next instanceof Error && depth < 4; depth++) {
		const inner: unknown = next instanceof AggregateError && next.message === "" ? next.errors[0] : next;
		const text = inner instanceof Error ? wordsOf(inner) : String(inner);
		if (text !== "" && !parts.some((part) => part.includes(text))) parts.push(text);
		next = next.cause;
	}
	return oneLine(parts.length > 0 ? parts.join(": ") : String(error), 400);
}

function wordsOf(error: Error): string {
	const code = "code" in error && typeof error.code === "string" ? error.code : "";
	const words = (error.message || error.name).replace(NODE_ADVICE, "");
	return code === "" || words.includes(code) ? words : `${words} (${code})`;
}
