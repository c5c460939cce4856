import type { Clock } from "../clock.ts";
import type { DssClient } from "./client.ts";
import type { Reply } from "./reply.ts";
import { aheadOf } from "./server-clock.ts";

/** What the answers tell besides what was asked for. */
export interface Noted {
	version?: string;
	/** How far the clock of the server is ahead of ours, ms. */
	aheadMs?: number;
}

/** Passes every call on, and remembers what the answers name: the version, and the time. */
export function noting(client: DssClient, seen: Noted, clock: Clock): DssClient {
	const note = <Given extends { readonly reply?: Reply }>(answer: Given): Given => {
		const { reply } = answer;
		if (reply?.dssVersion !== undefined) seen.version = reply.dssVersion;
		const aheadMs = reply && aheadOf(reply.headers, clock.now() - reply.timings.transfer * 1_000);
		if (aheadMs !== undefined) seen.aheadMs = aheadMs;
		return answer;
	};
	return {
		get: async (path, query) => note(await client.get(path, query)),
		getText: async (path, query, end) => note(await client.getText(path, query, end)),
		post: async (path, body) => note(await client.post(path, body)),
		put: async (path, body) => note(await client.put(path, body)),
		delete: async (path, query) => note(await client.delete(path, query)),
	};
}
