import type { DssClient } from "./client.ts";

/** Passes every call on, and remembers the version that the answers name. */
export function noting(client: DssClient, seen: { version?: string }): DssClient {
	const note = <Given extends { readonly reply?: { readonly dssVersion?: string } }>(answer: Given): Given => {
		if (answer.reply?.dssVersion !== undefined) seen.version = answer.reply.dssVersion;
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
