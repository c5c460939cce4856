/**
 * Signs that do harm on the way through Nagios: `|` begins the performance data; `<`, `>` and `&` are HTML in its CGIs; quotes,
 * backticks, `$` and `\` mean something to Nagios's macros and to the shell that its notification commands are run by, into
 * whose line the text is pasted. What a DSS node answers stands in this text, so each has a harmless sign of like looks.
 */
const HARMLESS: Readonly<Record<string, string>> = {
	"|": "/",
	"<": "‹",
	">": "›",
	"&": "+",
	'"': "”",
	"'": "’",
	"`": "’",
	$: "S",
	"\\": "/",
};
const HARMFUL = /[|<>&"'`$\\]/g;
/** Spaces, line ends, controls, and signs that turn the direction of writing. */
const GAP = /[\s\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/gu;

/**
 * One line of text that every program between a plugin and a person leaves as it is.
 *
 * @param most characters that are kept
 */
export function harmless(text: string, most = Number.POSITIVE_INFINITY): string {
	const line = text.toWellFormed().replace(GAP, " ").trim();
	const signs = line.length > most ? Array.from(line) : undefined;
	const kept = signs && signs.length > most ? `${signs.slice(0, most - 1).join("")}…` : line;
	return kept.replace(HARMFUL, (sign) => HARMLESS[sign] as string);
}

/** An address as it may stand in such a line: it stays the same address. `&` stays, for it would be another without. */
export function harmlessUrl(url: string): string {
	return url
		.toWellFormed()
		.replace(GAP, "%20")
		.replace(/[|<>"'`$\\]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
