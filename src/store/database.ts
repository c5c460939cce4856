import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { MIGRATIONS } from "./migrations.ts";
import { errorKind } from "./sqlite-error.ts";

/** How long a transaction waits for another process, ms. Short: the wait blocks all probing. */
const BUSY_MS = 50;
/** How long a reader waits for another process, ms. */
const READ_WAIT_MS = 2_000;
/** How long opening rests between two tries, ms. */
const NAP_MS = 10;
/** What the write-ahead log is cut back to after a burst has made it longer, bytes. */
const LOG_BYTES = 16 * 1_024 * 1_024;

/** Whether a store's path names a file; `:memory:` does not. */
export function isFile(path: string): boolean {
	return path !== ":memory:";
}

/**
 * Makes a database's file and its folder where they are missing, closed to strangers: what is kept holds no secret, but
 * the words of the systems that are watched.
 *
 * An existing file is never opened here: closing it again would drop the locks that this process holds on it (POSIX).
 *
 * @throws where the system does not let it
 */
export function makeFile(path: string): void {
	if (existsSync(path)) return;
	makeFolder(dirname(path));
	try {
		writeFileSync(path, "", { flag: "wx", mode: 0o640 });
	} catch (error) {
		// Another process was quicker.
		if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
	}
}

/** Makes a folder and those above it. Node's own way of doing so never ends under /proc, which answers ENOENT for ever. */
function makeFolder(path: string): void {
	if (existsSync(path)) return;
	makeFolder(dirname(path));
	try {
		mkdirSync(path, { mode: 0o750 });
	} catch (error) {
		// Another process was quicker.
		if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
	}
}

/**
 * Opens (or makes) the database and brings its structure up to date.
 *
 * @param path a file, or `:memory:`
 * @param waitMs how long opening waits for another process; later transactions wait 50 ms at most
 * @throws where the file cannot be opened, is no database, or was written by a newer version
 */
export function openDatabase(path: string, waitMs: number = BUSY_MS): DatabaseSync {
	if (isFile(path)) {
		makeFile(path);
		alignModes(path);
	}
	const db = new DatabaseSync(path, { timeout: waitMs });
	try {
		useLog(db, waitMs);
		db.exec(`PRAGMA journal_size_limit = ${LOG_BYTES}`);
		migrate(db);
		db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
	} catch (error) {
		db.close();
		throw error;
	}
	return db;
}

/**
 * Turns the write-ahead log on. While another process does the same, SQLite may say "locked" at once instead of waiting, to
 * avoid a deadlock; so the wait is made here, in short naps.
 */
function useLog(db: DatabaseSync, waitMs: number): void {
	const nap = new Int32Array(new SharedArrayBuffer(4));
	for (let left = waitMs; ; left -= NAP_MS) {
		try {
			db.exec("PRAGMA journal_mode = WAL");
			return;
		} catch (error) {
			if (left <= 0 || errorKind(error) !== "busy") throw error;
			Atomics.wait(nap, 0, 0, NAP_MS);
		}
	}
}

/**
 * Opens a database that nobody can write, because it lies in a read-only folder or on a full disk, where SQLite cannot
 * make the files it needs even for reading.
 *
 * @returns undefined where the file alone does not hold everything: its log was not written back
 * @throws where there is no such file, or it is no database
 */
export function openUnwritable(path: string): DatabaseSync | undefined {
	const db = openAlone(path);
	if (!db || versionOf(db) === MIGRATIONS.length) return db;
	db.close();
	return undefined;
}

/** Opens the file by itself, of whatever version it is, so that nothing is made beside it; undefined as above. */
export function openAlone(path: string): DatabaseSync | undefined {
	if (!isFile(path) || holds(`${path}-wal`) || holds(`${path}-journal`)) return undefined;
	const url = pathToFileURL(path);
	url.searchParams.set("immutable", "1");
	return new DatabaseSync(url, { readOnly: true });
}

/**
 * Opens a database for reading alone, also while another process works on it.
 *
 * @throws where there is none, it cannot be read, or another version of dss-probe wrote it
 */
export function openReadOnly(path: string): DatabaseSync {
	let db: DatabaseSync | undefined;
	try {
		db = new DatabaseSync(path, { readOnly: true, timeout: READ_WAIT_MS });
		if (versionOf(db) === MIGRATIONS.length) return db;
	} catch (error) {
		db?.close();
		// Without the right to write beside it, SQLite reads only what it may take for unchangeable.
		const unwritable = openUnwritable(path);
		if (unwritable) return unwritable;
		throw error;
	}
	return ofThisVersion(db);
}

/** @throws where another version of dss-probe wrote it; then it is closed */
export function ofThisVersion(db: DatabaseSync): DatabaseSync {
	let found: number | undefined;
	try {
		found = versionOf(db);
		if (found === MIGRATIONS.length) return db;
	} finally {
		if (found !== MIGRATIONS.length) db.close();
	}
	throw new Error(
		`the database was written by another version of dss-probe (structure ${found}, known here ${MIGRATIONS.length})`,
	);
}

/**
 * Gives the files beside the database its permissions. SQLite does so only when it makes them: those made beside a file
 * that was read-only would keep it so when it is writable again.
 */
function alignModes(path: string): void {
	try {
		const { mode } = statSync(path);
		for (const beside of [`${path}-wal`, `${path}-shm`]) {
			const found = statSync(beside, { throwIfNoEntry: false });
			if (found && found.mode !== mode) chmodSync(beside, mode & 0o777);
		}
	} catch {
		// They belong to somebody else; opening the database will say what is wrong with that, if anything is.
	}
}

function holds(path: string): boolean {
	return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function versionOf(db: DatabaseSync): number {
	return (db.prepare("PRAGMA user_version").get() as { user_version: number }).user_version;
}

function migrate(db: DatabaseSync): void {
	if (isCurrent(db)) return;
	db.exec("BEGIN IMMEDIATE");
	// The version is asked again: another process may have done it while this one waited for its turn.
	for (const migration of MIGRATIONS.slice(versionOf(db))) db.exec(migration);
	db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
	db.exec("COMMIT");
}

function isCurrent(db: DatabaseSync): boolean {
	const version = versionOf(db);
	if (version > MIGRATIONS.length) {
		throw new Error(
			`the database was written by a newer dss-probe (structure ${version}, known here ${MIGRATIONS.length})`,
		);
	}
	return version === MIGRATIONS.length;
}
