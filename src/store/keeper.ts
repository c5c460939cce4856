import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { type Clock, isoTime } from "../clock.ts";
import type { Log } from "../log.ts";
import { openSqlite } from "./sqlite.ts";
import type { Change, KeptSample, Store, Stored } from "./store.ts";

/** How long the database is left alone after it failed, ms. Each try may block the program for a moment. */
const RETRY_MS = 1_000;
/** Samples are written in batches; this many, or those of this long, ms. */
const BATCH_SAMPLES = 500;
const BATCH_MS = 250;
/** While the database fails, this many samples and changes wait in memory at most. */
const MOST_SAMPLES = 20_000;
const MOST_CHANGES = 50_000;

/** SQLite's result codes (sqlite.org/rescode.html) for a file that is damaged or no database at all. */
const DAMAGED = new Set([11, 26]);

export interface KeeperDeps {
	readonly path: string;
	readonly clock: Clock;
	readonly log: Log;
	/** The whole present state, for a database that has to begin anew while the program runs. */
	readonly snapshot: () => Change;
}

/** A store that never throws: what cannot be written waits in memory and is written later, in order. */
export interface Keeper {
	/** What the database remembers; empty where it cannot be read. */
	load(): Stored;
	/** @returns false where the change waits in memory only */
	commit(change: Change): boolean;
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
 * A damaged file is moved aside (`PATH.damaged-TIME`), never deleted, and a new one is begun.
 */
export function createKeeper({ path, clock, log, snapshot }: KeeperDeps): Keeper {
	let store: Store | undefined;
	let problem: string | undefined;
	let notBefore = Number.NEGATIVE_INFINITY;
	let changes: Change[] = [];
	let samples: KeptSample[] = [];
	let lost = 0;
	let batchDue = clock.monotonic() + BATCH_MS;

	const failed = (error: unknown, doing: string): void => {
		const text = error instanceof Error ? error.message : String(error);
		if (problem === undefined)
			log.error({ path, error: text }, `the database cannot be ${doing}; going on from memory`);
		problem = `${path} cannot be ${doing}: ${text}`;
		notBefore = clock.monotonic() + RETRY_MS;
		if (isDamaged(error)) begin();
	};

	/** Moves a damaged file aside; the next use opens a new one and writes the whole present state into it. */
	const begin = (): void => {
		try {
			store?.close();
		} catch {
			// It is damaged; closing may say so once more.
		}
		store = undefined;
		const aside = `${path}.damaged-${isoTime(clock.now()).replaceAll(":", "")}`;
		try {
			for (const suffix of ["", "-wal", "-shm"]) {
				if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
			}
			log.error({ path, aside }, "the damaged database was moved aside; a new one is begun");
			changes = [snapshot(), ...changes];
			notBefore = Number.NEGATIVE_INFINITY;
		} catch (error) {
			log.error({ path, error: String(error) }, "the damaged database cannot be moved aside");
		}
	};

	const ready = (): Store | undefined => {
		if (clock.monotonic() < notBefore) return undefined;
		if (store) return store;
		try {
			if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
			store = openSqlite(path);
		} catch (error) {
			failed(error, "opened");
		}
		return store;
	};

	const writeChanges = (): boolean => {
		while (changes.length > 0) {
			const open = ready();
			if (!open) return false;
			try {
				open.commit(changes[0] as Change);
				changes.shift();
			} catch (error) {
				failed(error, "written");
				return false;
			}
		}
		return true;
	};

	const writeSamples = (): boolean => {
		if (samples.length === 0) return true;
		const open = ready();
		if (!open) return false;
		try {
			open.keep(samples);
			samples = [];
			return true;
		} catch (error) {
			failed(error, "written");
			return false;
		}
	};

	const flush = (): void => {
		batchDue = clock.monotonic() + BATCH_MS;
		if (!writeChanges() || !writeSamples()) return;
		if (problem === undefined || !ready()) return;
		log.info({ path, lost }, "the database can be written again; what waited in memory was kept");
		problem = undefined;
		lost = 0;
	};

	return {
		load() {
			try {
				return ready()?.load() ?? nothing();
			} catch (error) {
				failed(error, "read");
				// A file that was damaged has just been replaced by a new one.
				return nothing();
			}
		},
		commit(change) {
			if (changes.length >= MOST_CHANGES) {
				changes = [snapshot()];
				lost++;
			} else changes.push(change);
			return writeChanges();
		},
		keep(sample) {
			samples.push(sample);
			if (samples.length > MOST_SAMPLES) {
				samples.shift();
				lost++;
			}
			if (problem === undefined && (samples.length >= BATCH_SAMPLES || clock.monotonic() >= batchDue)) flush();
		},
		read(what) {
			const open = ready();
			if (!open) return undefined;
			try {
				return what(open);
			} catch (error) {
				failed(error, "read");
				return undefined;
			}
		},
		fault: () => problem,
		flush,
		close() {
			notBefore = Number.NEGATIVE_INFINITY;
			flush();
			store?.close();
			store = undefined;
		},
	};
}

function isDamaged(error: unknown): boolean {
	return error instanceof Error && "errcode" in error && DAMAGED.has(Number(error.errcode) & 0xff);
}

function nothing(): Stored {
	return { alerts: [], told: [], outbox: [], notes: new Map() };
}
