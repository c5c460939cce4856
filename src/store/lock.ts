import { DatabaseSync } from "node:sqlite";

/** A lock that ends with the process, however that ends. */
export interface Lock {
	release(): void;
}

/**
 * Takes the lock beside a store, so that two runs never work on one memory. The lock is an open write transaction on a
 * database of its own: the system gives it back even after SIGKILL, so no stale lock can exist.
 *
 * @param path the store's path; the lock lies beside it as `PATH-lock`
 * @returns undefined where another process holds it
 * @throws where the lock file cannot be made
 */
export function takeLock(path: string): Lock | undefined {
	const db = new DatabaseSync(`${path}-lock`, { timeout: 0 });
	try {
		db.exec("BEGIN EXCLUSIVE");
	} catch (error) {
		db.close();
		if (isBusy(error)) return undefined;
		throw error;
	}
	return { release: () => db.close() };
}

/** SQLITE_BUSY: another process is writing. */
function isBusy(error: unknown): boolean {
	return error instanceof Error && "errcode" in error && error.errcode === 5;
}
