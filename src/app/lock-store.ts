import type { Log } from "../log.ts";
import { type Lock, takeLock } from "../store/lock.ts";

/**
 * Takes the lock on a store. Where the lock file itself cannot be made (a read-only or full disk), the work goes on
 * without: a fault of the prober's disk must not silence it.
 *
 * @returns undefined where another process works on the store
 */
export function lockStore(path: string, log: Log): Lock | undefined {
	try {
		return takeLock(path);
	} catch (error) {
		log.warn({ path, error: String(error) }, "the store cannot be locked; going on without");
		return { release() {} };
	}
}
