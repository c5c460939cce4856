import { setImmediate as breathe } from "node:timers/promises";
import { evidence, shownUrl } from "../../dss/evidence.ts";
import type { Reply } from "../../dss/reply.ts";
import { apiFault, readJson, redirectFault } from "../../dss/reply-fault.ts";
import { request } from "../../dss/transport.ts";
import { readMetrics } from "../../feed/feed.ts";
import type { Scrape } from "../../feed/reading.ts";
import type { Fault } from "../../model/sample.ts";
import type { ProbeContext } from "../kind.ts";
import type { FeedOptions } from "./feed-options.ts";
import type { Target } from "./feed-target.ts";

/** What came of asking one target. */
export type Fetched = { readonly target: Target; readonly seconds: number; readonly version?: string } & (
	| { readonly ok: true; readonly scrape: Scrape }
	| { readonly ok: false; readonly fault: Fault }
);

const ACCEPT = {
	metrics: "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.7,*/*;q=0.1",
	json: "application/json",
} as const;

/** Asks one target for its metrics. Never throws for what a network or a server does. */
export async function fetchFeed(
	target: Target,
	options: FeedOptions,
	{ instance, signal, clock }: ProbeContext,
	limits: { readonly timeoutMs: number; readonly headers: Readonly<Record<string, string>> },
): Promise<Fetched> {
	const fail = (fault: Fault, seconds = 0): Fetched => ({ ok: false, target, fault, seconds });
	const { url } = target;
	if (url === undefined) return fail({ code: "targets_down", text: target.reason ?? "there is nothing to ask" });
	const isJson = isJsonFeed(options);
	const exchange = await request({
		url,
		method: "GET",
		headers: { accept: isJson ? ACCEPT.json : ACCEPT.metrics, ...limits.headers },
		tls: instance.tls,
		signal,
		clock,
		timeouts: { totalMs: limits.timeoutMs },
		maxBody: options.max_body,
		connection: "reuse",
	});
	if (!exchange.ok) return fail(exchange.fault, exchange.progress.timings.total);
	const { reply } = exchange;
	const seconds = reply.timings.total;
	const isApi = url.startsWith(`${instance.url}${instance.apiPrefix}/`);
	const refused = isApi ? apiRefusal(reply, url) : refusal(reply, url);
	if (refused) return fail(refused, seconds);
	const at = clock.now();
	const read = isJson ? readJsonFeed(reply) : await readText(reply, options, signal);
	if ("fault" in read) return fail(read.fault, seconds);
	const version = isApi ? reply.dssVersion : undefined;
	return {
		ok: true,
		target,
		seconds,
		scrape: { target: target.name, labels: target.labels, at, feed: read.feed },
		...(version !== undefined && { version }),
	};
}

function isJsonFeed({ format, series }: FeedOptions): boolean {
	return format === "json" || (format === "auto" && Object.values(series).some(({ json }) => json !== undefined));
}

/** A DSS that does not know the path is too old for it: nothing is down. */
function apiRefusal(reply: Reply, url: string): Fault | undefined {
	const fault = apiFault(reply, url);
	return fault?.code === "not_found" ? { ...fault, code: "unsupported" } : fault;
}

/** What a server that need not be DSS says with a status other than 2xx. */
function refusal(reply: Reply, url: string): Fault | undefined {
	const { status } = reply;
	if (status >= 200 && status < 300) return undefined;
	if (status >= 300 && status < 400) return redirectFault(reply, url);
	const words = reply.body.toString("utf8", 0, 200).replace(/<[^>]*>/g, " ");
	const text = evidence(`${shownUrl(url)}: HTTP ${status}, ${words.trim() || "empty body"}`);
	return { code: status === 401 || status === 403 ? "feed_refused" : "feed_failed", text };
}

type Read = { readonly feed: Scrape["feed"] } | { readonly fault: Fault };

function readJsonFeed(reply: Reply): Read {
	const read = readJson(reply);
	return read.ok ? { feed: { format: "json", json: read.json, count: 1 } } : { fault: read.fault };
}

/** A feed of many megabytes takes a second to read: meanwhile other looks go on, and their answers are timed. */
async function readText(
	reply: Reply,
	{ series, max_series: maxSeries }: FeedOptions,
	signal: AbortSignal,
): Promise<Read> {
	const text = reply.body.toString();
	// A login page says so itself.
	if (/^\s*</.test(text.slice(0, 64))) {
		const page = readJson(reply);
		if (!page.ok && page.fault.code === "login_page") return { fault: page.fault };
	}
	const steps = readMetrics(text, reply.headers["content-type"] ?? "", Object.values(series), maxSeries);
	let step = steps.next();
	for (; !step.done; step = steps.next()) {
		await breathe();
		if (signal.aborted) return { fault: { code: "prober_stalled", text: "the feed could not be read in time" } };
	}
	const read = step.value;
	if (read.ok) return { feed: read.feed };
	const code = { broken: "feed_unreadable", cut: "reply_truncated", many: "feed_too_large" } as const;
	return { fault: { code: code[read.why], text: evidence(read.message) } };
}
