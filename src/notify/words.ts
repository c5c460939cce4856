/** Control characters, line and paragraph separators, and the marks that turn the reading direction around. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

const CUT = "...";

/**
 * Makes foreign text safe to stand in one line of a message: no line feed can start a mail header, no control character
 * reaches a terminal, and the text has an end.
 *
 * @param longest characters that are kept; a longer text ends in "..."
 */
export function oneLine(text: string, longest = 500): string {
	return cut(text.replace(UNPRINTABLE, " ").trim(), longest);
}

/** Cuts a text to `longest` characters, without leaving half of a surrogate pair. */
export function cut(text: string, longest: number): string {
	if (text.length <= longest) return text;
	return `${text
		.slice(0, Math.max(0, longest - CUT.length))
		.toWellFormed()
		.replace(/\ufffd$/, "")}${CUT}`;
}

/** Bytes that a text takes inside a JSON string, in UTF-8. */
export function jsonBytes(text: string): number {
	return Buffer.byteLength(JSON.stringify(text)) - 2;
}

/** Cuts a text so that it takes at most `most` bytes inside a JSON string. */
export function cutBytes(text: string, most: number): string {
	if (jsonBytes(text) <= most) return text;
	let [fits, tooLong] = [0, Math.min(text.length, most) + 1];
	while (tooLong - fits > 1) {
		const middle = (fits + tooLong) >>> 1;
		if (jsonBytes(cut(text, middle)) <= most) fits = middle;
		else tooLong = middle;
	}
	return cut(text, fits);
}

/** `1 alert`, `3 alerts`. */
export function count(amount: number, noun: string): string {
	return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}
