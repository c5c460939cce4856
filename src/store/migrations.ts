/**
 * The database's structure, step by step: entry N takes version N to N + 1 (PRAGMA user_version). Never change an entry
 * that was released; add one.
 */
export const MIGRATIONS: readonly string[] = [
	`
	CREATE TABLE checks (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
	CREATE TABLE alerts (key TEXT PRIMARY KEY, alert TEXT NOT NULL) WITHOUT ROWID;
	CREATE TABLE told (
		channel TEXT NOT NULL, incident TEXT NOT NULL, told TEXT NOT NULL,
		PRIMARY KEY (channel, incident)
	) WITHOUT ROWID;
	CREATE TABLE outbox (
		id TEXT PRIMARY KEY, channel TEXT NOT NULL, notification TEXT NOT NULL, created_at INTEGER NOT NULL,
		attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL, last_error TEXT,
		result TEXT, ended_at INTEGER, detail TEXT
	) WITHOUT ROWID;
	CREATE INDEX outbox_open ON outbox (created_at) WHERE result IS NULL;
	CREATE INDEX outbox_ended ON outbox (ended_at) WHERE result IS NOT NULL;
	CREATE TABLE threads (
		channel TEXT NOT NULL, incident TEXT NOT NULL, notification TEXT NOT NULL, at INTEGER NOT NULL,
		PRIMARY KEY (channel, incident)
	) WITHOUT ROWID;
	CREATE TABLE transitions (
		id INTEGER PRIMARY KEY, key TEXT NOT NULL, at INTEGER NOT NULL, change TEXT NOT NULL, transition TEXT NOT NULL,
		UNIQUE (key, at, change)
	);
	CREATE INDEX transitions_at ON transitions (at);
	CREATE TABLE dispositions (
		incident TEXT NOT NULL, channel TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, outcome TEXT NOT NULL,
		reason TEXT NOT NULL, until INTEGER, notification TEXT,
		PRIMARY KEY (incident, channel, at, outcome)
	) WITHOUT ROWID;
	CREATE INDEX dispositions_at ON dispositions (at);
	CREATE TABLE samples (
		check_id INTEGER NOT NULL, at INTEGER NOT NULL, duration_ms REAL NOT NULL, level TEXT NOT NULL,
		"values" TEXT NOT NULL, fault TEXT,
		PRIMARY KEY (check_id, at)
	) WITHOUT ROWID;
	CREATE TABLE notes (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
	`,
];
