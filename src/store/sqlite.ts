import type { DatabaseSync } from "node:sqlite";
import { openDatabase, openReadOnly } from "./database.ts";
import { prune } from "./prune.ts";
import { createReader, type Reader } from "./read.ts";
import { rows, statements } from "./sql.ts";
import type { Change, KeptSample, Store } from "./store.ts";
import { write } from "./write.ts";

/**
 * Opens (or makes) the database and brings its structure up to date.
 *
 * @param path a file, or `:memory:`
 * @param waitMs how long opening waits for another process; later transactions wait 50 ms at most
 * @throws where the file cannot be opened, is no database, or was written by a newer version
 */
export function openSqlite(path: string, waitMs?: number): Store {
	return storeOver(openDatabase(path, waitMs));
}

/**
 * Opens a database for reading alone, also while another process works on it.
 *
 * @throws where there is none, it cannot be read, or another version of dss-probe wrote it
 */
export function openReader(path: string): Reader & { close(): void } {
	const db = openReadOnly(path);
	return { ...createReader(statements(db)), close: () => db.close() };
}

/** The store over an open database, which it closes in the end. */
export function storeOver(db: DatabaseSync): Store {
	const sql = statements(db);
	const checkIds = new Map<string, number>();
	let synchronous: "FULL" | "NORMAL" | undefined;

	// In WAL mode FULL syncs the log with every commit, NORMAL only at checkpoints. The pragma does nothing inside a
	// transaction, so it comes first.
	const transaction = <T>(wanted: "FULL" | "NORMAL", body: () => T): T => {
		if (wanted !== synchronous) db.exec(`PRAGMA synchronous = ${wanted}`);
		synchronous = wanted;
		sql("BEGIN IMMEDIATE").run();
		try {
			const result = body();
			sql("COMMIT").run();
			return result;
		} catch (error) {
			// What this transaction inserted is gone, and with it the ids that were remembered.
			checkIds.clear();
			rollBack(db);
			throw error;
		}
	};

	const checkId = (key: string): number => {
		let id = checkIds.get(key);
		if (id === undefined) {
			sql("INSERT INTO checks (key) VALUES (?) ON CONFLICT DO NOTHING").run(key);
			id = (sql("SELECT id FROM checks WHERE key = ?").get(key) as { id: number }).id;
			checkIds.set(key, id);
		}
		return id;
	};

	const keepOne = ({ key, level, sample }: KeptSample): void => {
		sql("INSERT OR REPLACE INTO samples VALUES (?, ?, ?, ?, ?, ?)").run(
			checkId(key),
			sample.startedAt,
			sample.durationMs,
			level,
			JSON.stringify(sample.values),
			sample.fault ? JSON.stringify(sample.fault) : null,
		);
	};

	return {
		...createReader(sql),

		commit: (...changes) =>
			transaction(changes.every(isAboutDelivery) ? "NORMAL" : "FULL", () => {
				for (const change of changes) write(sql, change);
			}),

		keep: (samples) => transaction("NORMAL", () => samples.forEach(keepOne)),

		prune: (before, maxSamples) =>
			prune(
				{
					sql,
					transaction: (body) => transaction("NORMAL", body),
					forgetCheck(key) {
						sql("DELETE FROM checks WHERE key = ?").run(key);
						checkIds.delete(key);
					},
				},
				before,
				maxSamples,
			),

		verify() {
			// Pages in memory would hide what has happened to those on the disk.
			db.exec("PRAGMA shrink_memory");
			rows(sql, "SELECT sum(length(alert)) FROM alerts");
			rows(sql, "SELECT sum(length(told)) FROM told");
			rows(sql, "SELECT sum(length(notification)) FROM outbox WHERE result IS NULL");
			rows(sql, "SELECT sum(length(silence)) FROM silences");
			rows(sql, "SELECT sum(length(value)) FROM notes");
		},

		close: () => db.close(),
	};
}

const DELIVERY = new Set(["attempts", "endings", "dispositions"]);

/**
 * Whether a change only says how a delivery went. Nobody is told after it, so it need not be synced: a machine that loses
 * its power in that moment delivers the message a second time, under the same id.
 */
function isAboutDelivery(change: Change): boolean {
	return Object.entries(change).every(([kind, entries]) => DELIVERY.has(kind) || entries.length === 0);
}

/** Ends a transaction that failed; SQLite has ended it by itself after some errors. */
function rollBack(db: DatabaseSync): void {
	if (!db.isTransaction) return;
	try {
		db.exec("ROLLBACK");
	} catch {
		// The error that led here says more.
	}
}
