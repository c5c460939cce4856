import type { CauseCode } from "../model/cause.ts";
import type { Fault } from "../model/sample.ts";
import { evidence, pageTitle, shownUrl } from "./evidence.ts";
import type { Reply } from "./reply.ts";

export type ReadJson = { readonly ok: true; readonly json: unknown } | { readonly ok: false; readonly fault: Fault };

/** The error object that DSS sends with a status of 400 and above; errorType and message are the safe fields. */
interface DssError {
	readonly errorType: string;
	readonly message: string;
	readonly code: string;
}

const NOT_THERE = /\b(?:does not exist|not found|no such)\b/i;
const LICENCE = /\b(?:free edition|licen[cs]e|licen[cs]ing)\b/i;
/** A path that DSS repeats is none of its words: `/admin/licensing/status` says nothing about a licence. */
const PATH = /\/[\w./-]+/g;
const FULL_DISK = /ENOSPC|no space left on device/i;

/**
 * Blames an answer of the public API by its status, headers and DSS's own error object.
 *
 * @param url what was asked for, to tell where a redirect leads away from
 * @returns undefined for 2xx, whose body readJson judges
 */
export function apiFault(reply: Reply, url: string): Fault | undefined {
	const { status } = reply;
	if (status >= 200 && status < 300) return undefined;
	if (status < 400) return redirectFault(reply, url);
	const error = dssError(reply);
	const said = error ? `${shortType(error.errorType)}: ${error.message}` : bodyWords(reply);
	const code = error || !isPage(reply) ? blame(status, error) : blamePage(status, said);
	return { code, text: evidence(`HTTP ${status}${retryText(reply)}, ${said}`) };
}

function blame(status: number, error: DssError | undefined): CauseCode {
	// nginx answers these in the backend's stead; no word of DSS is in them.
	if (status === 502 || status === 503 || status === 504) return "backend_down";
	if (status === 429) return "rate_limited";
	if (status === 401) return "key_rejected";
	const words = error ? `${error.code} ${error.errorType} ${error.message}` : "";
	if (FULL_DISK.test(words)) return "disk_full";
	if (LICENCE.test(words.replace(PATH, ""))) return "licence";
	if (status === 403) return "right_missing";
	if (status === 404 || status === 405 || status === 410) return error ? "not_found" : "unsupported";
	if (NOT_THERE.test(words) || /NotFoundException/.test(words)) return "not_found";
	return "backend_error";
}

/** A page with an error status: DSS answers its API in JSON, so a web server or proxy speaks here. */
function blamePage(status: number, said: string): CauseCode {
	if (status === 401 || status === 403 || status === 407) return "login_page";
	if (status === 400 && /HTTPS port|HTTPS server/i.test(said)) return "not_http";
	return blame(status, undefined);
}

/** Names where a redirect leads; the address behind a single sign-on is not repeated in full. */
export function redirectFault(reply: Reply, url: string): Fault {
	const target = reply.headers["location"];
	const to = target === undefined ? undefined : URL.parse(target, url);
	const where = to ? `to ${shownUrl(to.href)}` : "without saying where to";
	return { code: "redirected", text: evidence(`HTTP ${reply.status}: ${shownUrl(url)} redirects ${where}`) };
}

/** Reads a JSON body, or says what came instead: a page, other text, nothing, or the beginning of JSON. */
export function readJson(reply: Reply): ReadJson {
	const text = reply.body.toString();
	try {
		return { ok: true, json: JSON.parse(text) };
	} catch (error) {
		return { ok: false, fault: notJson(reply, text, error) };
	}
}

function notJson(reply: Reply, text: string, error: unknown): Fault {
	const type = reply.headers["content-type"] ?? "no content type";
	const begun = text.trimStart();
	if (begun === "")
		return { code: "reply_not_json", text: evidence(`HTTP ${reply.status} with an empty body (${type})`) };
	if (begun.startsWith("<")) {
		const isPage = /^<(?:!doctype html|html|head|body|\?xml[^>]*>\s*<!?(?:doctype )?html)/i.test(begun);
		const code = isPage || /html/i.test(type) ? "login_page" : "reply_not_json";
		return { code, text: evidence(`HTTP ${reply.status}, ${bodyWords(reply)}`) };
	}
	// The parser complains about the end of the text only when everything up to there was JSON.
	const words = error instanceof Error ? error.message : String(error);
	const broken = /^[[{]/.test(begun) && /end of JSON input|Unterminated|at position (\d+)/.exec(words);
	if (broken && (broken[1] === undefined || Number(broken[1]) >= text.trimEnd().length)) {
		return { code: "reply_truncated", text: evidence(`JSON breaks off after ${reply.body.length} bytes (${type})`) };
	}
	return {
		code: "reply_not_json",
		text: evidence(`HTTP ${reply.status}, ${bodyWords(reply)}; ${firstSentence(words)}`),
	};
}

/** DSS's error object; undefined where the body is not one. */
function dssError(reply: Reply): DssError | undefined {
	const first = reply.body.toString("utf8", 0, 16).trimStart();
	if (!first.startsWith("{")) return undefined;
	try {
		const given: unknown = JSON.parse(reply.body.toString());
		if (typeof given !== "object" || given === null) return undefined;
		const { errorType, message, detailedMessage, code } = given as Readonly<Record<string, unknown>>;
		const words = [detailedMessage, message].find((one) => typeof one === "string" && one !== "");
		if (typeof errorType !== "string" && words === undefined) return undefined;
		return {
			errorType: typeof errorType === "string" ? errorType : "error",
			message: typeof words === "string" ? words : "no message",
			code: typeof code === "string" ? code : "",
		};
	} catch {
		return undefined;
	}
}

/** The class without its package, as people name it. */
function shortType(errorType: string): string {
	return errorType.slice(errorType.lastIndexOf(".") + 1);
}

function isPage(reply: Reply): boolean {
	return reply.headers["dss-version"] === undefined && /^\s*</.test(reply.body.toString("utf8", 0, 64));
}

/** What a body without DSS's error object says: the title of a page, or the beginning of a text. */
function bodyWords(reply: Reply): string {
	const type = (reply.headers["content-type"] ?? "no content type").split(";")[0] as string;
	if (reply.body.length === 0) return `empty body (${type})`;
	const text = reply.body.toString("utf8", 0, 16_384);
	if (/^\s*</.test(text)) return `page "${pageTitle(text) ?? "without a title"}" (${type})`;
	return `${type}: ${text.slice(0, 200)}`;
}

function retryText(reply: Reply): string {
	const after = reply.headers["retry-after"];
	return after === undefined ? "" : ` (Retry-After: ${after.slice(0, 40)})`;
}

function firstSentence(words: string): string {
	return words.split(/, "|\n/, 1)[0] as string;
}
