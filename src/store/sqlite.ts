import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Alert, Transition } from "../model/alert.ts";
import type { Notification, Told } from "../model/notification.ts";
import type { Fault, Values } from "../model/sample.ts";
import type { Level } from "../model/verdict.ts";
import { MIGRATIONS } from "./migrations.ts";
import type { KeptSample, Store, Stored } from "./store.ts";
import { write } from "./write.ts";

/** How long a transaction waits for another process, ms. Short: the wait blocks all probing. */
const BUSY_MS = 50;
/** Rows removed by one step of pruning, so that no step blocks for long. */
const PRUNE_ROWS = 5_000;

const PRUNE = [
	`DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE result IS NOT NULL AND ended_at < ? LIMIT ${PRUNE_ROWS})`,
	`DELETE FROM transitions WHERE id IN (SELECT id FROM transitions WHERE at < ? LIMIT ${PRUNE_ROWS})`,
	"DELETE FROM dispositions WHERE at < ?",
	"DELETE FROM threads WHERE at < ? AND incident NOT IN (SELECT incident FROM told)",
] as const;

/** Of one check: what is too old, and the oldest above its share of the limit. */
const PRUNE_SAMPLES = `DELETE FROM samples WHERE check_id = ?1 AND at < max(
	?2, coalesce((SELECT at FROM samples WHERE check_id = ?1 ORDER BY at DESC LIMIT 1 OFFSET ?3), 0))`;

type Row = Readonly<Record<string, string | number | null>>;

/**
 * Opens (or makes) the database and brings its structure up to date.
 *
 * @param path a file, or `:memory:`
 * @throws where the file cannot be opened, is no database, or was written by a newer version
 */
export function openSqlite(path: string): Store {
	const db = new DatabaseSync(path, { timeout: BUSY_MS });
	try {
		db.exec("PRAGMA journal_mode = WAL");
		db.exec("PRAGMA synchronous = NORMAL");
		migrate(db);
	} catch (error) {
		db.close();
		throw error;
	}
	return storeOver(db);
}

function migrate(db: DatabaseSync): void {
	const { user_version: version } = db.prepare("PRAGMA user_version").get() as { user_version: number };
	if (version > MIGRATIONS.length) {
		throw new Error(
			`the database was written by a newer dss-probe (structure ${version}, known here ${MIGRATIONS.length})`,
		);
	}
	for (const [index, migration] of MIGRATIONS.entries()) {
		if (index < version) continue;
		db.exec(`BEGIN IMMEDIATE; ${migration} PRAGMA user_version = ${index + 1}; COMMIT`);
	}
}

function storeOver(db: DatabaseSync): Store {
	const cached = new Map<string, StatementSync>();
	const sql = (text: string): StatementSync => {
		let statement = cached.get(text);
		if (!statement) {
			statement = db.prepare(text);
			cached.set(text, statement);
		}
		return statement;
	};
	const all = (text: string, ...values: (string | number | null)[]) =>
		sql(text).all(...values) as unknown as readonly Row[];
	const checkIds = new Map<string, number>();

	const transaction = (synchronous: "FULL" | "NORMAL", body: () => void): void => {
		// In WAL mode FULL syncs the log with every commit, NORMAL only at checkpoints. A pragma is no-op inside a transaction.
		db.exec(`PRAGMA synchronous = ${synchronous}`);
		sql("BEGIN IMMEDIATE").run();
		try {
			body();
			sql("COMMIT").run();
		} catch (error) {
			if (db.isTransaction) db.exec("ROLLBACK");
			// What this transaction inserted is gone, and with it the ids that were remembered.
			checkIds.clear();
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

	return {
		load: (): Stored => ({
			alerts: all("SELECT alert FROM alerts").map((row) => JSON.parse(row["alert"] as string) as Alert),
			told: all("SELECT told FROM told").map((row) => JSON.parse(row["told"] as string) as Told),
			outbox: all(
				"SELECT notification, attempts, next_at, last_error FROM outbox WHERE result IS NULL ORDER BY created_at, id",
			).map((row) => ({
				notification: JSON.parse(row["notification"] as string) as Notification,
				delivery: {
					attempts: row["attempts"] as number,
					nextAt: row["next_at"] as number,
					...(row["last_error"] !== null && { lastError: row["last_error"] as string }),
				},
			})),
			notes: new Map(all("SELECT key, value FROM notes").map((row) => [row["key"] as string, row["value"] as string])),
		}),

		commit: (change) => transaction("FULL", () => write(sql, change)),

		keep: (samples) =>
			transaction("NORMAL", () => {
				const insert = sql("INSERT OR REPLACE INTO samples VALUES (?, ?, ?, ?, ?, ?)");
				for (const { key, level, sample } of samples) {
					const fault = sample.fault ? JSON.stringify(sample.fault) : null;
					insert.run(checkId(key), sample.startedAt, sample.durationMs, level, JSON.stringify(sample.values), fault);
				}
			}),

		samples: (key, limit) =>
			all(
				`SELECT at, duration_ms, level, "values", fault FROM samples
				 WHERE check_id = (SELECT id FROM checks WHERE key = ?) ORDER BY at DESC LIMIT ?`,
				key,
				limit,
			)
				.map((row) => keptSample(key, row))
				.reverse(),

		transitions: (key, limit) =>
			all(
				"SELECT transition FROM transitions WHERE ? IS NULL OR key = ? ORDER BY at DESC, id DESC LIMIT ?",
				key ?? null,
				key ?? null,
				limit,
			)
				.map((row) => JSON.parse(row["transition"] as string) as Transition)
				.reverse(),

		threadOf: (channel, incident) =>
			(
				sql("SELECT notification FROM threads WHERE channel = ? AND incident = ?").get(channel, incident) as
					| Row
					| undefined
			)?.["notification"] as string | undefined,

		*prune(before, maxSamples) {
			for (const text of PRUNE) {
				transaction("NORMAL", () => sql(text).run(before));
				yield;
			}
			const ids = all("SELECT id FROM checks") as unknown as readonly { id: number }[];
			const most = Math.ceil(maxSamples / Math.max(1, ids.length));
			for (const { id } of ids) {
				transaction("NORMAL", () => sql(PRUNE_SAMPLES).run(id, before, most));
				yield;
			}
		},

		close() {
			cached.clear();
			db.close();
		},
	};
}

function keptSample(key: string, row: Row): KeptSample {
	const fault = row["fault"] === null ? undefined : (JSON.parse(row["fault"] as string) as Fault);
	return {
		key,
		level: row["level"] as Level,
		sample: {
			startedAt: row["at"] as number,
			durationMs: row["duration_ms"] as number,
			values: JSON.parse(row["values"] as string) as Values,
			...(fault && { fault }),
		},
	};
}
