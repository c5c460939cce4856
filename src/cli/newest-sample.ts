import type { Check } from "../config/checks.ts";
import { freshMs } from "../config/fresh.ts";
import type { Sample } from "../model/sample.ts";

/**
 * The newest sample of a check in the store, where a daemon keeps one: for checks that must not be run a second time
 * beside it.
 *
 * @returns undefined where there is none that is fresh, or the store cannot be read
 */
export async function newestSample(path: string, check: Check, now: number): Promise<Sample | undefined> {
	const { isFile } = await import("../store/database.ts");
	if (!isFile(path)) return undefined;
	const { openSqlite } = await import("../store/sqlite.ts");
	try {
		const store = openSqlite(path);
		const [newest] = store.samples(check.key, 1);
		store.close();
		return newest && now - newest.sample.startedAt <= freshMs(check) ? newest.sample : undefined;
	} catch {
		return undefined;
	}
}
