import { existsSync, renameSync, statSync } from "node:fs";
import { type Clock, isoTime } from "../clock.ts";
import type { Log } from "../log.ts";
import { isFile } from "./database.ts";
import { errorKind } from "./sqlite-error.ts";
import type { Store } from "./store.ts";

/** How long the database is left alone after it failed, ms. Each try may block the program for a moment. */
const RETRY_MS = 1_000;
/** A disk that damages every file shall not be filled with them: a new one is begun this often at most, ms. */
const RENEW_MS = 60_000;
/** How long the first opening may wait for another process, ms. Nothing runs yet that it could hold up. */
const PATIENCE_MS = 2_000;

export interface ConnectionDeps {
	readonly path: string;
	readonly clock: Clock;
	readonly log: Log;
	readonly open: (path: string, waitMs?: number) => Store;
	/** Told when the file at the path does not hold any more what was written before. */
	readonly begunAnew: () => void;
}

/** The open store, as long as there is one, and what is wrong with it. */
export interface Connection {
	/** The open store, opened where that is possible now. */
	use(): Store | undefined;
	/** True for a moment after a failure. */
	isResting(): boolean;
	/** Ends that moment. */
	wake(): void;
	failed(error: unknown, doing: "read" | "written"): void;
	/** Everything was written that was to be written. */
	worked(): void;
	fault(): string | undefined;
	close(): void;
}

/** Opens the store when it is needed, and anew when it was damaged, removed or out of order. */
export function createConnection({ path, clock, log, open, begunAnew }: ConnectionDeps): Connection {
	let store: Store | undefined;
	let places: readonly (string | undefined)[] = [];
	let problem: string | undefined;
	let notBefore = Number.NEGATIVE_INFINITY;
	let renewedAt = Number.NEGATIVE_INFINITY;
	let patience: number | undefined = PATIENCE_MS;

	const close = (): void => {
		try {
			store?.close();
		} catch (error) {
			log.warn({ path, error: wordsOf(error) }, "the database did not close well");
		}
		store = undefined;
	};

	const report = (text: string): void => {
		const before = problem;
		problem = `${path} ${text}`;
		if (problem !== before) log.error({ path }, `the database ${text}; going on from memory`);
	};

	const failed = (error: unknown, doing: string): void => {
		notBefore = clock.monotonic() + RETRY_MS;
		const kind = errorKind(error);
		// A connection that is merely kept waiting stays good; any other may have seen the file as it is no more.
		if (kind !== "busy" && kind !== "full") close();
		const isDue = kind === "damaged" && clock.monotonic() >= renewedAt + RENEW_MS;
		const moved = isDue ? moveAside(path, clock.now()) : undefined;
		report(moved?.obstacle ?? `cannot be ${doing}: ${wordsOf(error)}`);
		if (moved?.aside === undefined) return;
		log.error({ path, aside: moved.aside }, "the damaged database was moved aside; a new one is begun");
		renewedAt = clock.monotonic();
		notBefore = Number.NEGATIVE_INFINITY;
		begunAnew();
	};

	return {
		use() {
			if (store && isElsewhere(path, places)) {
				report("was removed or replaced while in use");
				close();
				begunAnew();
			}
			if (store || clock.monotonic() < notBefore) return store;
			try {
				store = open(path, patience);
				places = placesOf(path);
			} catch (error) {
				failed(error, "opened");
			}
			patience = undefined;
			return store;
		},
		isResting: () => clock.monotonic() < notBefore,
		wake() {
			notBefore = Number.NEGATIVE_INFINITY;
		},
		failed,
		worked() {
			if (problem === undefined) return;
			log.info({ path }, "the database can be written again; what waited in memory was kept");
			problem = undefined;
		},
		fault: () => problem,
		close,
	};
}

function wordsOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** The database and its log, as the system tells files apart: a removed file can still be written, for nobody. */
function placesOf(path: string): readonly (string | undefined)[] {
	if (!isFile(path)) return [];
	return [path, `${path}-wal`].map((name) => {
		const found = statSync(name, { throwIfNoEntry: false });
		return found && `${found.dev}:${found.ino}`;
	});
}

function isElsewhere(path: string, before: readonly (string | undefined)[]): boolean {
	try {
		return placesOf(path).some((place, index) => before[index] !== undefined && place !== before[index]);
	} catch {
		// A folder that may not be looked into says nothing about the file.
		return false;
	}
}

/** Moves a damaged file out of the way, so that the next use begins a new one. */
function moveAside(path: string, now: number): { readonly aside?: string; readonly obstacle?: string } {
	const stamp = `${path}.damaged-${isoTime(now).replaceAll(":", "")}`;
	let aside = stamp;
	for (let n = 2; existsSync(aside); n++) aside = `${stamp}-${n}`;
	try {
		for (const suffix of ["", "-wal", "-shm"]) {
			if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
		}
		return { aside };
	} catch (error) {
		// The system's own words name the new file, which would make each try look like a new problem.
		const why = error instanceof Error && "code" in error ? error.code : wordsOf(error);
		return { obstacle: `is damaged and cannot be moved aside: ${why}` };
	}
}
