import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { createConnection } from "./connection.ts";
import { openUnwritable } from "./database.ts";
import { drain } from "./drain.ts";
import { openSqlite, storeOver } from "./sqlite.ts";
import type { Change, KeptSample, Store, Stored } from "./store.ts";

/** Samples are written in batches; this many, or those of this long, ms. */
const BATCH_SAMPLES = 500;
const BATCH_MS = 250;
/** Changes that have waited are written this many at a time. */
const BATCH_CHANGES = 200;
/** While the database fails, this many samples and changes wait in memory at most. */
const MOST_SAMPLES = 20_000;
const MOST_CHANGES = 20_000;
/** How long what has waited may hold up the program at a time, ms. */
const FLUSH_MS = 100;
/** Another process that keeps the database locked at the end is waited for this many times 50 ms. */
const CLOSE_TRIES = 20;
/** How often the state is read back from the disk, ms. */
const VERIFY_MS = 60_000;

export interface KeeperDeps {
	readonly path: string;
	readonly clock: Clock;
	readonly log: Log;
	/**
	 * The whole present state, for a database that has to begin anew while the program runs: every alert, ledger entry and
	 * waiting message with its delivery, silences and notes. What is not in it is removed from the database (but for silences
	 * and notes).
	 */
	readonly snapshot: () => Change;
	/**
	 * Handed what the database remembers where `load` could not read it and it can be read now. Nothing was written before;
	 * what waits in memory is written after this returns.
	 */
	readonly late?: (stored: Stored) => void;
	readonly open?: (path: string, waitMs?: number) => Store;
}

/** A store that never throws: what cannot be written waits in memory and is written later, in order. */
export interface Keeper {
	/** What the database remembers; empty where it cannot be read. To be called once, before anything is written. */
	load(): Stored;
	/**
	 * Several changes are written in one transaction.
	 *
	 * @returns false where they wait in memory only
	 */
	commit(...fresh: readonly Change[]): boolean;
	keep(sample: KeptSample): void;
	/** Reads through to the store; undefined where it cannot be read. */
	read<T>(what: (store: Store) => T): T | undefined;
	/** What is wrong with the database now, in words, or undefined. */
	fault(): string | undefined;
	/** Tries to write what waits; called by the program's own heartbeat, too. */
	flush(): void;
	close(): void;
}

/**
 * Keeps the program's memory on disk as far as the disk lets it. A database that is locked, read-only, full or damaged is
 * a fault of the prober: it is reported by `fault()`, and probing and telling go on from memory.
 *
 * A damaged file is moved aside (`PATH.damaged-TIME`), never deleted, and a new one is begun with the present state. The
 * same is done where the file was removed under a running program.
 */
export function createKeeper({ path, clock, log, snapshot, late, open = openSqlite }: KeeperDeps): Keeper {
	const changes: Change[] = [];
	const samples: KeptSample[] = [];
	/** The database lacks something that the program knows. */
	let isStale = false;
	/** The database may know something that the program has not read. */
	let isUnread = false;
	let isClosed = false;
	let lostSamples = 0;
	let batchDue = clock.monotonic() + BATCH_MS;
	let verifyDue = clock.monotonic() + VERIFY_MS;

	const connection = createConnection({
		path,
		clock,
		log,
		open,
		begunAnew() {
			isStale = true;
		},
	});

	/** Does something with the store, unless it is closed or out of order. */
	const attempt = <T>(doing: "read" | "written", what: (store: Store) => T): T | undefined => {
		const store = isClosed ? undefined : connection.use();
		if (!store) return undefined;
		try {
			return what(store);
		} catch (error) {
			connection.failed(error, doing);
			return undefined;
		}
	};

	const readLate = (): void => {
		const stored = attempt("read", (store) => store.load());
		if (!stored) return;
		isUnread = false;
		log.info({ path }, "the database can be read now");
		late?.(stored);
	};

	/** @returns true when nothing waits any more */
	const writeChanges = (until: number): boolean => {
		if (isUnread) readLate();
		if (isUnread || connection.isResting()) return false;
		attempt("written", (store) => {
			const whole = isStale ? { ...snapshot(), whole: true as const } : undefined;
			// What waits is older than the present state. Half of it would be neither the one nor the other.
			const waiting = whole ? [whole, ...changes] : changes;
			try {
				drain(waiting, {
					most: whole ? waiting.length : BATCH_CHANGES,
					write: (batch) => store.commit(...batch),
					leftOut: (error) => log.error({ path, error: String(error) }, "a change cannot be kept; it is left out"),
					goOn: () => whole !== undefined || clock.monotonic() < until,
				});
				isStale = false;
			} finally {
				if (whole) changes.splice(0, changes.length, ...waiting.filter((change) => change !== whole));
			}
		});
		return changes.length === 0 && !isStale;
	};

	const writeSamples = (until: number): boolean => {
		attempt("written", (store) =>
			drain(samples, {
				most: BATCH_SAMPLES,
				write: (batch) => store.keep(batch),
				leftOut: (error) => log.error({ path, error: String(error) }, "a sample cannot be kept; it is left out"),
				goOn: () => clock.monotonic() < until,
			}),
		);
		return samples.length === 0;
	};

	const flush = (until = clock.monotonic() + FLUSH_MS): void => {
		const now = clock.monotonic();
		batchDue = now + BATCH_MS;
		if (now >= verifyDue) {
			verifyDue = now + VERIFY_MS;
			attempt("read", (store) => store.verify());
		}
		// Damage that only shows while samples are written leaves the state to be written once more.
		if (!writeChanges(until) || !writeSamples(until) || isStale || connection.isResting()) return;
		connection.worked();
		if (lostSamples > 0) log.warn({ path, lostSamples }, "samples were lost while the database failed");
		lostSamples = 0;
	};

	return {
		load() {
			const stored = attempt("read", (store) => store.load()) ?? (isStale ? undefined : readUnwritable(path));
			isUnread = stored === undefined && !isStale;
			if (stored?.unreadable) log.error({ path, rows: stored.unreadable }, "rows of the database cannot be understood");
			return stored ?? { alerts: [], told: [], outbox: [], notes: new Map() };
		},
		commit(...fresh) {
			if (changes.length >= MOST_CHANGES) {
				log.error({ path, changes: changes.length }, "too many changes wait; only the present state will be kept");
				changes.length = 0;
				isStale = true;
			}
			changes.push(...fresh);
			return writeChanges(clock.monotonic() + FLUSH_MS);
		},
		keep(sample) {
			samples.push(sample);
			if (samples.length > MOST_SAMPLES) {
				samples.shift();
				lostSamples++;
			}
			if (connection.fault() !== undefined) return;
			if (samples.length >= BATCH_SAMPLES || clock.monotonic() >= batchDue) flush();
		},
		read: (what) => attempt("read", what),
		fault: connection.fault,
		flush: () => flush(),
		close() {
			verifyDue = Number.NEGATIVE_INFINITY;
			for (let tries = 0; tries < CLOSE_TRIES; tries++) {
				connection.wake();
				flush(Number.POSITIVE_INFINITY);
				if (changes.length + samples.length === 0 && !isStale) break;
			}
			if (changes.length + samples.length > 0) {
				log.error({ path, changes: changes.length, samples: samples.length }, "what waited for the database is lost");
			}
			isClosed = true;
			connection.close();
		},
	};
}

/** What a database remembers that cannot be written, nor opened in the common way; undefined where it cannot be read. */
function readUnwritable(path: string): Stored | undefined {
	try {
		const db = openUnwritable(path);
		const store = db && storeOver(db);
		const stored = store?.load();
		store?.close();
		return stored;
	} catch {
		return undefined;
	}
}
