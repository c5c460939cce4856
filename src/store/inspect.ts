import { existsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { ofThisVersion, openAlone, openReadOnly } from "./database.ts";
import { createReader, type Reader } from "./read.ts";
import { rows, statements } from "./sql.ts";

/** What can be asked of a database without leaving a trace. */
export interface Inspected extends Reader {
	/** What SQLite finds wrong with the file; empty where all is well. Takes seconds where it is large, and blocks meanwhile. */
	quickCheck(): readonly string[];
}

/**
 * Looks into a database. Nothing is made beside it where nobody works on it: reading through the write-ahead log would
 * leave its files behind, owned by whoever has looked.
 *
 * @throws where there is none, it cannot be read, or another version of dss-probe wrote it
 */
export function inspect<T>(path: string, look: (inspected: Inspected) => T): T {
	const db = openQuietly(path);
	try {
		const sql = statements(db);
		return look({
			...createReader(sql),
			quickCheck: () =>
				rows(sql, "PRAGMA quick_check(10)")
					.map((row) => String(Object.values(row)[0]))
					.filter((words) => words !== "ok"),
		});
	} finally {
		db.close();
	}
}

function openQuietly(path: string): DatabaseSync {
	const isInUse = existsSync(`${path}-shm`);
	const alone = isInUse ? undefined : openAlone(path);
	return alone ? ofThisVersion(alone) : openReadOnly(path);
}
