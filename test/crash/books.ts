import { DatabaseSync } from "node:sqlite";
import type { Alert, Transition } from "../../src/model/alert.ts";
import type { Disposition, Notification } from "../../src/model/notification.ts";

/** One row of the outbox. */
export interface Row {
	readonly id: string;
	readonly channel: string;
	readonly notification: Notification;
	readonly result: "sent" | "dead" | null;
	readonly endedAt: number;
}

/** What the daemon's own database says. */
export interface Books {
	readonly alerts: ReadonlyMap<string, Alert>;
	/** Oldest first. */
	readonly transitions: readonly Transition[];
	readonly dispositions: readonly Disposition[];
	/** In the order in which they were decided. */
	readonly outbox: readonly Row[];
}

export function readBooks(path: string): Books {
	const db = new DatabaseSync(path, { readOnly: true, timeout: 2_000 });
	try {
		const all = (sql: string) => db.prepare(sql).all() as unknown as Readonly<Record<string, string>>[];
		const parsed = <T>(row: Readonly<Record<string, string>>, column: string) => JSON.parse(row[column] ?? "") as T;
		db.exec("BEGIN");
		return {
			alerts: new Map(
				all("SELECT alert FROM alerts").map((row) => {
					const alert = parsed<Alert>(row, "alert");
					return [alert.key, alert];
				}),
			),
			transitions: all("SELECT transition FROM transitions ORDER BY id").map((row) =>
				parsed<Transition>(row, "transition"),
			),
			dispositions: all("SELECT * FROM dispositions ORDER BY id") as unknown as Disposition[],
			outbox: all("SELECT id, channel, notification, result, ended_at AS endedAt FROM outbox ORDER BY seq").map(
				(row) => ({ ...row, notification: parsed<Notification>(row, "notification") }) as unknown as Row,
			),
		};
	} finally {
		db.close();
	}
}
