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
	-- seq keeps the order of decisions: created_at cannot, because the wall clock may be set back.
	CREATE TABLE outbox (
		seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, channel TEXT NOT NULL, notification TEXT NOT NULL,
		created_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL, last_error TEXT,
		result TEXT, ended_at INTEGER, detail TEXT
	);
	CREATE INDEX outbox_open ON outbox (seq) WHERE result IS NULL;
	CREATE INDEX outbox_ended ON outbox (ended_at) WHERE result IS NOT NULL;
	CREATE TABLE threads (
		channel TEXT NOT NULL, incident TEXT NOT NULL, notification TEXT NOT NULL, at INTEGER NOT NULL,
		PRIMARY KEY (channel, incident)
	) WITHOUT ROWID;
	CREATE INDEX threads_notification ON threads (notification);
	CREATE INDEX threads_at ON threads (at);
	CREATE TABLE transitions (
		id INTEGER PRIMARY KEY, key TEXT NOT NULL, at INTEGER NOT NULL, change TEXT NOT NULL, transition TEXT NOT NULL,
		UNIQUE (key, at, change)
	);
	CREATE INDEX transitions_at ON transitions (at);
	CREATE TABLE dispositions (
		id INTEGER PRIMARY KEY, key TEXT NOT NULL, at INTEGER NOT NULL, incident TEXT NOT NULL, channel TEXT NOT NULL,
		outcome TEXT NOT NULL, reason TEXT NOT NULL, until INTEGER, notification TEXT,
		UNIQUE (key, at, incident, channel, outcome)
	);
	CREATE INDEX dispositions_at ON dispositions (at);
	CREATE TABLE samples (
		check_id INTEGER NOT NULL, at INTEGER NOT NULL, duration_ms REAL NOT NULL, level TEXT NOT NULL,
		"values" TEXT NOT NULL, fault TEXT,
		PRIMARY KEY (check_id, at)
	) WITHOUT ROWID;
	CREATE TABLE silences (id TEXT PRIMARY KEY, silence TEXT NOT NULL) WITHOUT ROWID;
	CREATE TABLE notes (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
	`,
	`
	ALTER TABLE dispositions RENAME TO dispositions_before;
	CREATE TABLE dispositions (
		id INTEGER PRIMARY KEY, key TEXT NOT NULL, at INTEGER NOT NULL, incident TEXT NOT NULL, channel TEXT NOT NULL,
		outcome TEXT NOT NULL, reason TEXT NOT NULL, until INTEGER, notification TEXT, about INTEGER
	);
	INSERT INTO dispositions SELECT *, NULL FROM dispositions_before;
	DROP TABLE dispositions_before;
	CREATE INDEX dispositions_at ON dispositions (at);
	-- Two messages may be queued in one moment, and two mutes follow each other. What has no message or no transition is still written once.
	CREATE UNIQUE INDEX dispositions_once ON dispositions
		(key, at, incident, channel, outcome, reason, coalesce(notification, ''), coalesce(about, 0));
	`,
];
