import { slips } from "./suggest.ts";

const SECRET_WORD = /key|secret|token|passw|smtp|auth|cookie|credential|bearer/i;
const SECRET_KEYS = ["api_key", "secret", "token", "password", "smtp"];
/** A word of ours that only looks like a slip of "secret". */
const CLEAR_KEY = "socket";

/** A key and its value within one line; the value is quoted or ends at a comma, a bracket or a comment. */
const PAIR = /([\w.-]+)(["']?\s*:\s+)("(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|(?:(?!\s#|[,{}[\]](?:\s|$)|[}\]]).)+)/g;
const USERINFO = /(:\/\/[^/\s:@]*:)[^/\s@]+(?=@)/g;
const QUERY = /([?&][\w.-]+=)[^&\s"'#}]+/g;
const SLACK_HOOK = /(hooks\.slack\.com\/)[^\s"',}]+/g;
/** The path of an address, without its host. */
const URL_PATH = /(:\/\/[^/\s"',{}]+)(\/[^\s"',}?#]*)/g;
/** A part of a path that nobody would call something: webhooks of many receivers hold their token there. */
const TOKEN = /(?<=\/)(?:(?=[^/]*\d)(?=[^/]*[A-Za-z])[^/]{8,}|[^/]{20,})/g;
const HIDDEN = "[secret]";

/**
 * Blanks what looks like a secret in clear in a line that is about to be quoted: the value of a key that sounds like one (also
 * when misspelt), a password in an address, a query, the path of a Slack hook, a token in another path. `${NAME}` and `${file:…}` stay as written.
 *
 * @param column offset of the caret
 * @returns the line, and the caret's offset in it
 */
export function maskLine(line: string, column: number): { readonly text: string; readonly caret: number } {
	const cuts: { readonly start: number; readonly end: number }[] = [];
	const cut = (start: number, value: string) => {
		if (value.trim() !== "" && !value.includes("${")) cuts.push({ start, end: start + value.trimEnd().length });
	};
	for (const found of line.matchAll(PAIR)) {
		const [, key, colon, value] = found as unknown as [string, string, string, string];
		if (soundsSecret(key)) cut(found.index + key.length + colon.length, value);
	}
	for (const pattern of [USERINFO, QUERY, SLACK_HOOK]) {
		for (const found of line.matchAll(pattern)) {
			const before = (found[1] as string).length;
			cut(found.index + before, found[0].slice(before));
		}
	}
	for (const found of line.matchAll(URL_PATH)) {
		const [, before, path] = found as unknown as [string, string, string];
		for (const token of path.matchAll(TOKEN)) cut(found.index + before.length + token.index, token[0]);
	}
	cuts.sort((a, b) => a.start - b.start);
	let [text, caret, at] = ["", column, 0];
	for (const { start, end } of cuts) {
		if (start < at) continue;
		text += line.slice(at, start) + HIDDEN;
		if (column >= end) caret += HIDDEN.length - (end - start);
		else if (column > start) caret -= column - start;
		at = end;
	}
	return { text: text + line.slice(at), caret };
}

function soundsSecret(key: string): boolean {
	if (key === CLEAR_KEY) return false;
	return SECRET_WORD.test(key) || SECRET_KEYS.some((known) => slips(key.toLowerCase(), known) <= 2);
}
