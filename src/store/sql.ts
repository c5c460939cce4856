import type { DatabaseSync, StatementSync } from "node:sqlite";

/** A statement by its text, prepared once. */
export type Sql = (text: string) => StatementSync;

export type Row = Readonly<Record<string, string | number | null>>;

/** Keeps every statement that was prepared, for as long as the connection lives. */
export function statements(db: DatabaseSync): Sql {
	const prepared = new Map<string, StatementSync>();
	return (text) => {
		let statement = prepared.get(text);
		if (!statement) {
			statement = db.prepare(text);
			prepared.set(text, statement);
		}
		return statement;
	};
}

/** All rows of a query. */
export function rows(sql: Sql, text: string, ...values: (string | number)[]): readonly Row[] {
	return sql(text).all(...values) as unknown as readonly Row[];
}
