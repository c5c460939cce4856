import type { Sql } from "./sql.ts";
import type { Change, WholeChange } from "./store.ts";

/** Writes a change, statement by statement, inside the caller's transaction. Every statement bears being repeated. */
export function write(sql: Sql, change: Change | WholeChange): void {
	if ("whole" in change) {
		for (const table of ["alerts", "told", "silences", "outbox WHERE result IS NULL"])
			sql(`DELETE FROM ${table}`).run();
	}
	for (const alert of change.alerts ?? []) {
		sql("INSERT INTO alerts VALUES (?, ?) ON CONFLICT DO UPDATE SET alert = excluded.alert").run(
			alert.key,
			JSON.stringify(alert),
		);
	}
	for (const key of change.forgotten ?? []) sql("DELETE FROM alerts WHERE key = ?").run(key);
	for (const transition of change.transitions ?? []) {
		sql("INSERT INTO transitions (key, at, change, transition) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING").run(
			transition.key,
			transition.at,
			transition.change,
			JSON.stringify(transition),
		);
	}
	const put = new Set(change.notifications?.map(({ id }) => id));
	for (const id of change.cancelled ?? []) {
		// One decision took it away, another brought it back.
		if (put.has(id)) continue;
		sql("DELETE FROM outbox WHERE id = ? AND result IS NULL").run(id);
		// Nothing was removed where it had been sent before.
		sql("DELETE FROM threads WHERE notification = ?1 AND NOT EXISTS (SELECT 1 FROM outbox WHERE id = ?1)").run(id);
	}
	// A message that is still waiting may have lost an alert: it does not begin that incident's thread any more.
	for (const id of put) sql("DELETE FROM threads WHERE notification = ?").run(id);
	for (const notification of change.notifications ?? []) {
		sql(
			`INSERT INTO outbox (id, channel, notification, created_at, next_at) VALUES (?, ?, ?, ?, ?)
			 ON CONFLICT DO UPDATE SET notification = excluded.notification`,
		).run(
			notification.id,
			notification.channel,
			JSON.stringify(notification),
			notification.createdAt,
			notification.dueAt,
		);
		for (const { incident } of notification.alerts) {
			sql("INSERT INTO threads VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING").run(
				notification.channel,
				incident,
				notification.id,
				notification.createdAt,
			);
		}
	}
	// Ends before begins: one decision may close an entry and open the next on the same channel.
	for (const { channel, alert } of change.closed ?? []) {
		sql("DELETE FROM told WHERE channel = ? AND incident = ?").run(channel, alert.incident);
	}
	for (const told of change.told ?? []) {
		sql("INSERT INTO told VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET told = excluded.told").run(
			told.channel,
			told.alert.incident,
			JSON.stringify(told),
		);
	}
	for (const one of change.dispositions ?? []) {
		sql(
			`INSERT INTO dispositions (key, at, incident, channel, outcome, reason, until, notification, about)
			 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		).run(
			one.key,
			one.at,
			one.incident,
			one.channel,
			one.outcome,
			one.reason,
			one.until ?? null,
			one.notification ?? null,
			one.about ?? null,
		);
	}
	for (const silence of change.silences ?? []) {
		sql("INSERT INTO silences VALUES (?, ?) ON CONFLICT DO UPDATE SET silence = excluded.silence").run(
			silence.id,
			JSON.stringify(silence),
		);
	}
	for (const { id, delivery } of change.attempts ?? []) {
		sql("UPDATE outbox SET attempts = ?, next_at = ?, last_error = ? WHERE id = ?").run(
			delivery.attempts,
			delivery.nextAt,
			delivery.lastError ?? null,
			id,
		);
	}
	for (const { id, result, at, detail } of change.endings ?? []) {
		sql("UPDATE outbox SET result = ?, ended_at = ?, detail = ? WHERE id = ?").run(result, at, detail, id);
	}
	for (const { notification, delivery } of change.revived ?? []) {
		// A new row where the database had to begin anew since.
		sql(
			`INSERT INTO outbox (id, channel, notification, created_at, attempts, next_at, last_error)
			 VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET notification = excluded.notification,
			 attempts = excluded.attempts, next_at = excluded.next_at, last_error = excluded.last_error, result = NULL,
			 ended_at = NULL, detail = NULL`,
		).run(
			notification.id,
			notification.channel,
			JSON.stringify(notification),
			notification.createdAt,
			delivery.attempts,
			delivery.nextAt,
			delivery.lastError ?? null,
		);
	}
	for (const { key, value } of change.notes ?? []) {
		if (value === undefined) sql("DELETE FROM notes WHERE key = ?").run(key);
		else sql("INSERT INTO notes VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value").run(key, value);
	}
}
