import type { Check } from "../config/checks.ts";
import { freshMs } from "../config/fresh.ts";
import type { Sample } from "../model/sample.ts";

/** What the store has, or why it has nothing. */
export type Newest = { readonly sample: Sample } | { readonly missing: string };

const NONE = { missing: "it has DSS run something, which only the daemon does, and that has seen none lately" };

/**
 * The newest sample of a check in the store, where a daemon keeps one: for checks that must not be run a second time
 * beside it. Nothing is written there: the store is the daemon's, which may be another version and another user's.
 */
export async function newestSample(path: string, check: Check, now: number): Promise<Newest> {
	const { existsSync } = await import("node:fs");
	if (!existsSync(path)) return NONE;
	const { openReader } = await import("../store/sqlite.ts");
	let reader: ReturnType<typeof openReader> | undefined;
	try {
		reader = openReader(path);
		const [newest] = reader.samples(check.key, 1);
		const isFresh = newest && now - newest.sample.startedAt <= freshMs(check);
		return isFresh ? { sample: newest.sample } : NONE;
	} catch (error) {
		return { missing: `the store ${path} cannot be read: ${(error as Error).message}` };
	} finally {
		reader?.close();
	}
}
