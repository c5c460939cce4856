import * as z from "zod";
import { createDssClient } from "../../dss/client.ts";
import { evidence } from "../../dss/evidence.ts";
import { actAtOnce } from "../../model/at-once.ts";
import { DAY_MS } from "../../model/duration.ts";
import type { Value } from "../../model/sample.ts";
import type { Asking, Reading } from "../api-kind.ts";
import type { ProbeContext } from "../kind.ts";
import { recall } from "../recall.ts";

/** So many tests at once: each may hold a thread of DSS until its database answers. */
const AT_ONCE = 4;
/** What is left of a look's time to tell of it, ms. */
const RESERVE_MS = 1_000;
/** Most words of one failed test that are repeated, and how many of them; longest value `broken_names`; characters. */
const MOST_WORDS = 160;
const MOST_NAMED = 3;
const MOST_NAMES = 500;

/** When each last worked, ms since 1970. */
const memory = z.record(z.string(), z.number());

interface Asked {
	readonly only: readonly string[];
	readonly ignore: readonly string[];
	/** ms. */
	readonly test_timeout: number;
}

interface Tested {
	readonly name: string;
	readonly result: "ok" | "broken" | "untestable" | "untested";
	readonly ms: number;
	readonly words?: string;
}

const report = z.looseObject({
	connectionOK: z.boolean(),
	connectionErrorMsg: z.string().nullish(),
	errorMessage: z.string().nullish(),
	message: z.string().nullish(),
});

/** Tests each connection, a few at once, as long as the time of the look suffices. */
export const readConnections: Reading<Asked> = async (asking, options) => {
	const { clock, timeoutMs } = asking.context;
	const stopAt = clock.monotonic() + timeoutMs - Math.min(RESERVE_MS, timeoutMs / 5);
	const listed = options.only.length > 0 ? options.only : await namesOf(asking);
	const names = listed.filter((name) => !options.ignore.includes(name));
	const done = await actAtOnce(names, AT_ONCE, async (name): Promise<Tested> => {
		const limitMs = Math.min(options.test_timeout, stopAt - clock.monotonic());
		return limitMs > 0 ? test(asking, name, limitMs, options.test_timeout) : { name, result: "untested", ms: 0 };
	});

	const of = (result: Tested["result"]): readonly Tested[] =>
		done.filter((one) => one.result === result).sort((a, b) => a.name.localeCompare(b.name));
	const [ok, broken] = [of("ok"), of("broken")];
	const [untestable, untested] = [of("untestable").length, of("untested").length];
	const lost = remembered(asking.context, ok, broken);
	const slowest = ok.toSorted((a, b) => b.ms - a.ms)[0];
	const values: Record<string, Value> = {
		connections: names.length,
		tested: ok.length + broken.length,
		broken: broken.length,
		lost,
		broken_names: evidence(broken.map(({ name }) => name).join(" ")).slice(0, MOST_NAMES),
		untestable,
		untested,
		slowest: (slowest?.ms ?? 0) / 1_000,
		slowest_name: evidence(slowest?.name ?? ""),
	};
	const more = broken.length > MOST_NAMED ? [`and ${broken.length - MOST_NAMED} more`] : [];
	return {
		values,
		facts: { results: Object.fromEntries(done.map(({ name, result }) => [name, result])) },
		seen: evidence(
			[
				[
					`${ok.length} of ${names.length} connections work`,
					broken.length > 0 && `${broken.length} broken`,
					untestable > 0 && `${untestable} not testable`,
					untested > 0 && `no time for ${untested}`,
				]
					.filter(Boolean)
					.join(", "),
				...broken.slice(0, MOST_NAMED).map(({ name, words }) => `${name}: ${words}`),
				...more,
			].join("; "),
		),
	};
};

/** Notes what works, and counts what is broken and worked within a day: an old connection that nobody mends is no news. */
function remembered({ notes, clock, key }: ProbeContext, ok: readonly Tested[], broken: readonly Tested[]): number {
	const now = clock.now();
	const before = Object.entries(recall(notes, `dss-connections ${key}`, memory) ?? {});
	const fresh = new Map(before.filter(([, at]) => at > now - DAY_MS && at <= now));
	for (const { name } of ok) fresh.set(name, now);
	notes.set(`dss-connections ${key}`, JSON.stringify(Object.fromEntries(fresh)));
	return broken.filter(({ name }) => fresh.has(name)).length;
}

/** Any key sees the names since 13.0. The older list is one of administrators, and only its keys are read: it holds secrets. */
async function namesOf({ get, getIfThere }: Asking): Promise<readonly string[]> {
	const names = await getIfThere("/connections/get-names", z.array(z.string()), { type: "all" });
	return names ?? Object.keys(await get("/admin/connections/", z.record(z.string(), z.unknown())));
}

async function test({ context, refuse }: Asking, name: string, limitMs: number, fullMs: number): Promise<Tested> {
	const { instance, signal, clock } = context;
	const start = clock.monotonic();
	const client = createDssClient(instance, { signal, clock, timeoutMs: limitMs, as: "admin" });
	const answer = await client.get(`/connections/${encodeURIComponent(name)}/test`);
	const ms = clock.monotonic() - start;
	if (answer.ok) {
		const read = report.safeParse(answer.json);
		if (!read.success) return { name, result: "untestable", ms };
		if (read.data.connectionOK) return { name, result: "ok", ms };
		const { connectionErrorMsg, errorMessage, message } = read.data;
		return {
			name,
			result: "broken",
			ms,
			words: told(connectionErrorMsg ?? errorMessage ?? message ?? "it says no more"),
		};
	}
	const { fault, status } = answer;
	// DSS itself answered before, so it is the connection that keeps it waiting.
	if (fault.code === "backend_hanging" && !signal.aborted) {
		return limitMs < fullMs
			? { name, result: "untested", ms }
			: { name, result: "broken", ms, words: `no result within ${Math.round(fullMs / 1_000)} s` };
	}
	const isAway =
		status === undefined || ["unsupported", "key_rejected", "backend_down", "rate_limited"].includes(fault.code);
	return isAway ? refuse(fault) : { name, result: "untestable", ms };
}

/** The words of a driver, without what an address of a database may carry. */
function told(words: string): string {
	const safe = evidence(words)
		.replace(/\/\/[^\s/@]+@/g, "//")
		.replace(/\b(\w*(?:password|passwd|pwd|secret|token|key))\s*[=:]\s*[^\s&;,]+/gi, "$1=…");
	return safe.length <= MOST_WORDS ? safe : `${safe.slice(0, MOST_WORDS - 1)}…`;
}
