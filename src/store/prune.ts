import { rows, type Sql } from "./sql.ts";

/** Rows removed by one step, so that no step blocks for long. */
const STEP_ROWS = 2_000;
/** A message can be large; its pages are what a step costs. */
const STEP_MESSAGES = 250;
/** What looking at a check costs, in rows. */
const CHECK_ROWS = 20;
/** Rows passed by one step where only their number matters. */
const WALK_ROWS = 20_000;
/** No kept sample is smaller; a database below this size for each cannot hold too many. Bytes. */
const SMALLEST_SAMPLE = 24;

/** ?1 is the moment before which all is removed, ?2 the rows of one step. */
const HISTORY: readonly { readonly text: string; readonly step: number }[] = [
	{
		text: `DELETE FROM outbox WHERE seq IN
			(SELECT seq FROM outbox WHERE result IS NOT NULL AND ended_at < ?1 LIMIT ?2)`,
		step: STEP_MESSAGES,
	},
	{ text: "DELETE FROM transitions WHERE id IN (SELECT id FROM transitions WHERE at < ?1 LIMIT ?2)", step: STEP_ROWS },
	{
		text: "DELETE FROM dispositions WHERE id IN (SELECT id FROM dispositions WHERE at < ?1 LIMIT ?2)",
		step: STEP_ROWS,
	},
	{
		text: `DELETE FROM silences WHERE id IN (SELECT id FROM silences WHERE json_valid(silence) AND
			min(silence ->> 'until', coalesce(silence ->> 'endedAt', 9e15)) < ?1 LIMIT ?2)`,
		step: STEP_ROWS,
	},
	{
		// The thread of an incident that is still open is needed for its recovery.
		text: `DELETE FROM threads WHERE (channel, incident) IN
			(SELECT channel, incident FROM threads WHERE at < ?1 AND incident NOT IN (SELECT incident FROM told) LIMIT ?2)`,
		step: STEP_ROWS,
	},
];

export interface PruneDeps {
	readonly sql: Sql;
	readonly transaction: <T>(body: () => T) => T;
	/** Called inside the transaction that removes a check without samples. */
	readonly forgetCheck: (key: string) => void;
}

/** See `Store.prune`. */
export function* prune(deps: PruneDeps, before: number, maxSamples: number): Iterable<void> {
	for (const { text, step } of HISTORY) {
		for (let removed = step; removed === step; ) {
			removed = deps.transaction(() => Number(deps.sql(text).run(before, step).changes));
			yield;
		}
	}
	yield* pruneSamples(deps, before, maxSamples);
}

function* pruneSamples({ sql, transaction, forgetCheck }: PruneDeps, before: number, most: number): Iterable<void> {
	const checks = rows(sql, "SELECT id, key FROM checks") as unknown as readonly { id: number; key: string }[];
	const share = Math.ceil(most / Math.max(1, checks.length));
	const mayBeTooMany = sizeOf(sql) > most * SMALLEST_SAMPLE;
	let work = 0;
	for (const { id, key } of checks) {
		const above = mayBeTooMany ? yield* startOfShare(sql, id, before, share) : before;
		for (let removed = STEP_ROWS; removed === STEP_ROWS; ) {
			removed = isOlder(sql, id, above) ? transaction(() => removeOldest(sql, id, above)) : 0;
			work += removed + CHECK_ROWS;
			if (work < STEP_ROWS) continue;
			work = 0;
			yield;
		}
		if (isEmpty(sql, id)) transaction(() => forgetCheck(key));
	}
	yield;
}

/** The start of a check's newest `share` samples, or `before` where that is later; found in short steps, too. */
function* startOfShare(sql: Sql, id: number, before: number, share: number): Generator<void, number> {
	let start = Number.MAX_SAFE_INTEGER;
	for (let left = share; left > 0; left -= WALK_ROWS) {
		const found = rows(
			sql,
			"SELECT at FROM samples WHERE check_id = ? AND at >= ? AND at < ? ORDER BY at DESC LIMIT 1 OFFSET ?",
			id,
			before,
			start,
			Math.min(left, WALK_ROWS) - 1,
		)[0];
		if (!found) return before;
		start = found["at"] as number;
		if (left > WALK_ROWS) yield;
	}
	return start;
}

function removeOldest(sql: Sql, id: number, before: number): number {
	const text = `DELETE FROM samples WHERE check_id = ?1 AND at <= (SELECT max(at) FROM
		(SELECT at FROM samples WHERE check_id = ?1 AND at < ?2 ORDER BY at LIMIT ${STEP_ROWS}))`;
	return Number(sql(text).run(id, before).changes);
}

function isOlder(sql: Sql, id: number, before: number): boolean {
	return rows(sql, "SELECT 1 FROM samples WHERE check_id = ? AND at < ? LIMIT 1", id, before).length > 0;
}

function isEmpty(sql: Sql, id: number): boolean {
	return rows(sql, "SELECT 1 FROM samples WHERE check_id = ? LIMIT 1", id).length === 0;
}

/** Bytes of the database, its free pages left out. */
function sizeOf(sql: Sql): number {
	const pragma = (name: string) => Object.values(rows(sql, `PRAGMA ${name}`)[0] ?? {})[0] as number;
	return (pragma("page_count") - pragma("freelist_count")) * pragma("page_size");
}
