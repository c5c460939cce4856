import { evidence } from "../../dss/evidence.ts";
import { type Measures, MOST_REMEMBERED, measureFeeds } from "../../feed/feed.ts";
import { rateMemory } from "../../feed/rate.ts";
import { actAtOnce } from "../../model/at-once.ts";
import { type CauseCode, layerOf } from "../../model/cause.ts";
import type { Fault, Value } from "../../model/sample.ts";
import type { Finding, ProbeContext } from "../kind.ts";
import { recall } from "../recall.ts";
import { type Fetched, fetchFeed } from "./feed-fetch.ts";
import { type FeedOptions, hasRate } from "./feed-options.ts";
import type { Target } from "./feed-target.ts";
import { findTargets } from "./feed-targets.ts";

/** Targets that are asked at the same time. */
const IN_FLIGHT = 20;
/** Part of the timeout that is there for answers; the rest is for reading them. */
const ASKING = 0.9;
/** Longest list of names in a value, letters. */
const LONGEST = 500;
/** Most numbers of a series that conditions can look at. */
const MOST_PARTS = 1_000;

/** Asks all targets of a check and makes its values of what they answer. */
export async function lookAtFeeds(options: FeedOptions, context: ProbeContext): Promise<Finding> {
	const { notes, key } = context;
	const login = credentials(options, context);
	if (!login.ok) return { values: {}, fault: login.fault };
	const found = await findTargets(options, context);
	if (!found.ok) return { values: {}, fault: { ...found.fault, text: evidence(found.fault.text) } };
	const { targets, stale } = found;
	if (targets.length === 0) return { values: {}, fault: { code: "no_targets", text: "there are no targets" } };
	const fetched = await fetchAll(targets, options, context, login.headers);
	const up = fetched.filter((one) => one.ok);
	const down = fetched.filter((one) => !one.ok);
	const version = fetched.find((one) => one.version !== undefined)?.version;
	const values: Record<string, Value> = {
		targets_up: up.length,
		targets_down: down.length,
		down: list(down),
		stale_list: evidence(stale),
		slowest: Math.max(...fetched.map(({ seconds }) => seconds)),
		samples: up.reduce((sum, { scrape }) => sum + scrape.feed.count, 0),
		...(version !== undefined && { dss_version: version }),
	};
	const blind = down.find(({ fault }) => layerOf(fault.code) === "prober");
	if (blind) return { values, fault: blind.fault };
	if (up.length === 0) return { values, fault: faultOfAll(down, options) };
	const noteKey = `feed counters ${key}`;
	const before = hasRate(options) ? (recall(notes, noteKey, rateMemory) ?? {}) : {};
	const measures = measureFeeds(
		options.series,
		up.map(({ scrape }) => scrape),
		targets.map(({ name }) => name),
		before,
	);
	if (measures.remembered > MOST_REMEMBERED) {
		const text = `rates of ${measures.remembered} series, at most ${MOST_REMEMBERED} are possible`;
		return { values, fault: { code: "feed_too_large", text } };
	}
	if (measures.memory) notes.set(noteKey, JSON.stringify(measures.memory));
	return { values: { ...seriesValues(measures), ...values }, facts: factsOf(fetched, measures) };
}

function seriesValues({ series }: Measures): Record<string, Value> {
	const values: Record<string, Value> = {};
	for (const [name, { value, isThere }] of Object.entries(series)) {
		if (value !== undefined) values[name] = value;
		values[`has_${name}`] = isThere;
	}
	return values;
}

/** What conditions can look at; made when one first asks for it. */
function factsOf(fetched: readonly Fetched[], { series }: Measures) {
	return {
		get targets() {
			return fetched.map(({ target: { name, labels }, ...one }) => ({
				name,
				labels,
				up: one.ok,
				...(!one.ok && { why: one.fault.text }),
			}));
		},
		get series() {
			return Object.fromEntries(Object.entries(series).map(([name, { parts }]) => [name, parts.slice(0, MOST_PARTS)]));
		},
	};
}

type Login =
	| { readonly ok: true; readonly headers: Readonly<Record<string, string>> }
	| { readonly ok: false; readonly fault: Fault };

/** The header with the key or token; a fault where there should be one and is none. */
function credentials(options: FeedOptions, { instance }: ProbeContext): Login {
	const send = (value: string): Login => ({ ok: true, headers: { authorization: value } });
	const nothing: Login = { ok: true, headers: {} };
	const { auth, authorization, path } = options;
	if (authorization) return send(authorization.reveal());
	const isOwn = !options.urls && !options.targets_file && !options.docker;
	const isApi = isOwn && path?.startsWith(`${instance.apiPrefix}/`) === true;
	const way = auth ?? (isOwn ? "basic" : "none");
	if (way === "none") return nothing;
	const key = options.as === "admin" ? (instance.adminKey ?? instance.apiKey) : instance.apiKey;
	if (!key) {
		const isNeeded = auth !== undefined || isApi;
		const fault: Fault = { code: "key_missing", text: `instance ${instance.name} has no api_key` };
		return isNeeded ? { ok: false, fault } : nothing;
	}
	if (way === "bearer") return send(`Bearer ${key.reveal()}`);
	return send(`Basic ${Buffer.from(`${key.reveal()}:`).toString("base64")}`);
}

/** Asks all, some at a time; each may take its share of the time, so that slow ones do not keep others from being asked. */
async function fetchAll(
	targets: readonly Target[],
	options: FeedOptions,
	context: ProbeContext,
	headers: Readonly<Record<string, string>>,
): Promise<readonly Fetched[]> {
	const rounds = Math.ceil(targets.length / IN_FLIGHT);
	const timeoutMs = Math.max(1, Math.floor((context.timeoutMs * ASKING) / rounds));
	return await actAtOnce(targets, IN_FLIGHT, (one) => fetchFeed(one, options, context, { timeoutMs, headers }));
}

type Down = Extract<Fetched, { ok: false }>;

/** `worker-3: connection refused; worker-4: …`, cut where it gets long. */
function list(down: readonly Down[]): string {
	const text = evidence(down.map(({ target, fault }) => `${target.name}: ${fault.text.slice(0, 120)}`).join("; "));
	return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

/** Causes in these layers say of DSS itself what is wrong; of a worker that is none they would lie. */
const OF_DSS = ["nginx", "backend"];

function faultOfAll(down: readonly Down[], options: FeedOptions): Fault {
	const [first] = down as [Down];
	const isOwn = !options.urls && !options.targets_file && !options.docker;
	if (isOwn) return first.fault;
	const codes = new Set<CauseCode>(down.map(({ fault }) => fault.code));
	const isShared = codes.size === 1 && !OF_DSS.includes(layerOf(first.fault.code));
	return { code: isShared ? first.fault.code : "targets_down", text: list(down) };
}
