import type { Transition } from "../model/alert.ts";
import type { Disposition } from "../model/notification.ts";
import type { Fault, Values } from "../model/sample.ts";
import type { Level } from "../model/verdict.ts";
import { type Row, rows, type Sql } from "./sql.ts";
import type { Ending, KeptSample, OutboxEntry, OutboxRow, Store, Stored } from "./store.ts";

const ENTRY = "notification, attempts, next_at, last_error";

const MESSAGE = `id, ${ENTRY}, result, ended_at, detail`;
const WHICH = { waiting: "WHERE result IS NULL", dead: "WHERE result = 'dead'" } as const;

/** What only reads. */
export type Reader = Pick<
	Store,
	"load" | "samples" | "samplesWithin" | "transitions" | "dispositions" | "outbox" | "message" | "threadOf"
>;

/** Everything that is asked of the database, newest last. */
export function createReader(sql: Sql): Reader {
	const samplesWithin: Store["samplesWithin"] = (key, from, to, limit) =>
		rows(
			sql,
			`SELECT at, duration_ms, level, "values", fault FROM samples
			 WHERE check_id = (SELECT id FROM checks WHERE key = ?) AND at BETWEEN ? AND ? ORDER BY at DESC LIMIT ?`,
			key,
			from,
			to,
			limit,
		)
			.map((row) => keptSample(key, row))
			.toReversed();

	/** The newest rows of a check, or of all: two statements, so that each has its index. */
	const newest = (columns: string, table: string, key: string | undefined, limit: number): readonly Row[] =>
		(key === undefined
			? rows(sql, `SELECT ${columns} FROM ${table} ORDER BY at DESC, id DESC LIMIT ?`, limit)
			: rows(sql, `SELECT ${columns} FROM ${table} WHERE key = ? ORDER BY at DESC, id DESC LIMIT ?`, key, limit)
		).toReversed();

	return {
		load: () => load(sql),

		samples: (key, limit) => samplesWithin(key, 0, Number.MAX_SAFE_INTEGER, limit),

		samplesWithin,

		transitions: (key, limit) =>
			newest("transition", "transitions", key, limit).map(
				(row) => JSON.parse(row["transition"] as string) as Transition,
			),

		dispositions: (key, limit) => newest("*", "dispositions", key, limit).map(disposition),

		outbox: (limit, which) =>
			rows(sql, `SELECT ${MESSAGE} FROM outbox ${which ? WHICH[which] : ""} ORDER BY seq DESC LIMIT ?`, limit)
				.map(outboxRow)
				.toReversed(),

		message: (id) => rows(sql, `SELECT ${MESSAGE} FROM outbox WHERE id = ?`, id).map(outboxRow)[0],

		threadOf: (channel, incident) =>
			rows(sql, "SELECT notification FROM threads WHERE channel = ? AND incident = ?", channel, incident)[0]?.[
				"notification"
			] as string | undefined,
	};
}

function load(sql: Sql): Stored {
	let unreadable = 0;
	// One row that cannot be understood must not take the others with it.
	const each = <T>(text: string, read: (row: Row) => T): T[] =>
		rows(sql, text).flatMap((row) => {
			try {
				return [read(row)];
			} catch {
				unreadable++;
				return [];
			}
		});
	const silences = each("SELECT silence FROM silences ORDER BY id", (row) => JSON.parse(row["silence"] as string));
	const stored: Stored = {
		alerts: each("SELECT alert FROM alerts", (row) => JSON.parse(row["alert"] as string)),
		told: each("SELECT told FROM told", (row) => JSON.parse(row["told"] as string)),
		outbox: each(`SELECT ${ENTRY} FROM outbox WHERE result IS NULL ORDER BY seq`, entry),
		...(silences.length > 0 && { silences }),
		notes: new Map(each("SELECT key, value FROM notes", (row) => [row["key"] as string, row["value"] as string])),
	};
	return unreadable > 0 ? { ...stored, unreadable } : stored;
}

function entry(row: Row): OutboxEntry {
	return {
		notification: JSON.parse(row["notification"] as string),
		delivery: {
			attempts: row["attempts"] as number,
			nextAt: row["next_at"] as number,
			...(row["last_error"] !== null && { lastError: row["last_error"] as string }),
		},
	};
}

function outboxRow(row: Row): OutboxRow {
	return { ...entry(row), ...(row["result"] !== null && { ending: ending(row) }) };
}

function ending(row: Row): Ending {
	return {
		id: row["id"] as string,
		result: row["result"] as Ending["result"],
		at: row["ended_at"] as number,
		detail: row["detail"] as string,
	};
}

function disposition(row: Row): Disposition {
	return {
		key: row["key"] as string,
		incident: row["incident"] as string,
		channel: row["channel"] as string,
		at: row["at"] as number,
		outcome: row["outcome"] as Disposition["outcome"],
		reason: row["reason"] as string,
		...(row["until"] !== null && { until: row["until"] as number }),
		...(row["notification"] !== null && { notification: row["notification"] as string }),
		...(row["about"] !== null && { about: row["about"] as number }),
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
