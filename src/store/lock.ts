import { DatabaseSync } from "node:sqlite";
import { isFile, makeFile } from "./database.ts";
import { errorKind } from "./sqlite-error.ts";

/** A lock that ends with the process, however that ends. */
export interface Lock {
	release(): void;
}

/** A connection that nobody refers to is closed by the garbage collector, and its lock would end with it. */
const held = new Set<DatabaseSync>();

/**
 * Takes the lock beside a store, so that two runs never work on one memory. The lock is an open write transaction on a
 * database of its own: the system gives it back even after SIGKILL, so no stale lock can exist.
 *
 * @param path the store's path; the lock lies beside it as `PATH-lock`, in a folder that is made if it is missing
 * @returns undefined where another process holds it
 * @throws where the lock file cannot be made
 */
export function takeLock(path: string): Lock | undefined {
	// A memory of its own cannot be shared, so nobody else can hold its lock.
	if (!isFile(path)) return { release() {} };
	makeFile(`${path}-lock`);
	const db = new DatabaseSync(`${path}-lock`, { timeout: 0 });
	try {
		db.exec("BEGIN EXCLUSIVE");
	} catch (error) {
		db.close();
		if (errorKind(error) === "busy") return undefined;
		throw error;
	}
	held.add(db);
	return {
		release() {
			if (held.delete(db)) db.close();
		},
	};
}
