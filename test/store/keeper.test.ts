import { mkdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { Clock } from "../../src/clock.ts";
import { openDatabase } from "../../src/store/database.ts";
import { createKeeper, type Keeper, type KeeperDeps } from "../../src/store/keeper.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { openSqlite, storeOver } from "../../src/store/sqlite.ts";
import type { Change, Store, Stored } from "../../src/store/store.ts";
import { T0 } from "../support/builders.ts";
import { startChild } from "../support/children.ts";
import { virtualClock } from "../support/clock.ts";
import { aFolder } from "../support/folder.ts";
import { aKeptSample, aMessage, anOpenIncident, aSnapshot, rememberingLog } from "../support/store.ts";

const HOLD = new URL("./children/hold-database.ts", import.meta.url);

/** A keeper with a memory beside it, as the program has it. */
function aKeeper(given: Partial<KeeperDeps> = {}) {
	const path = given.path ?? join(aFolder(), "store.db");
	const clock = virtualClock();
	const log = rememberingLog();
	const keeper = createKeeper({ path, clock, log, snapshot: () => ledger.snapshot(), ...given });
	const ledger = createLedger(keeper.load());
	const remember = (change: Change): boolean => {
		ledger.apply(change);
		return keeper.commit(change);
	};
	return { path, clock, log, keeper, ledger, remember };
}

const note = (key: string, value: string): Change => ({ notes: [{ key, value }] });

function storedIn(path: string): Stored {
	const store = openSqlite(path);
	const stored = store.load();
	store.close();
	return stored;
}

/** How long something takes, ms. */
function took(act: () => void): number {
	const begun = performance.now();
	act();
	return performance.now() - begun;
}

/** A keeper over a database that a test can make full. */
function aNarrowKeeper() {
	let db: DatabaseSync | undefined;
	const open = (path: string): Store => {
		db = openDatabase(path);
		return storeOver(db);
	};
	const allow = (more: number) => {
		const pages = Object.values(db?.prepare("PRAGMA page_count").get() ?? {})[0] as number;
		db?.exec(`PRAGMA max_page_count = ${pages + more}`);
	};
	return { ...aKeeper({ open }), allow };
}

test("what is committed is there after a restart, without being closed", () => {
	const { path, keeper, remember } = aKeeper();
	expect(remember(anOpenIncident("i1"))).toBe(true);
	expect(keeper.fault()).toBeUndefined();
	expect(storedIn(path)).toMatchObject(anOpenIncidentStored("i1"));
	keeper.close();
});

function anOpenIncidentStored(incident: string) {
	const { alerts, told, notifications } = anOpenIncident(incident);
	return { alerts, told, outbox: notifications.map((notification) => ({ notification })) };
}

test("while another process holds the database, commits fail quickly and are written later, in order", async () => {
	const { path, clock, log, keeper, remember } = aKeeper();
	remember(note("turn", "0"));
	const holder = startChild(HOLD, [path]);
	expect(await holder.line()).toBe("held");

	expect(took(() => expect(remember(note("turn", "1"))).toBe(false))).toBeLessThan(200);
	expect(keeper.fault()).toBe(`${path} cannot be written: database is locked`);
	// Until the next try nothing waits for the database at all.
	expect(took(() => expect(remember(note("turn", "2"))).toBe(false))).toBeLessThan(20);
	remember({ notifications: [aMessage("z", [aSnapshot("i1")])] });
	remember({ notifications: [aMessage("a", [aSnapshot("i2")])] });
	remember(note("turn", "3"));
	keeper.keep(aKeptSample("a/b", T0));
	expect(
		keeper.read((store) => store.load().notes.get("turn")),
		"reading goes on",
	).toBe("0");
	await clock.advance(1_000);
	expect(took(() => keeper.flush())).toBeLessThan(200);
	expect(keeper.fault()).toContain("locked");

	holder.say("release");
	expect(await holder.line()).toBe("released");
	await clock.advance(1_000);
	keeper.flush();
	expect(keeper.fault()).toBeUndefined();
	const stored = storedIn(path);
	expect(stored.notes.get("turn")).toBe("3");
	expect(stored.outbox.map(({ notification }) => notification.id)).toEqual(["z", "a"]);
	expect(keeper.read((store) => store.samples("a/b", 10))).toHaveLength(1);
	expect(log.said).toEqual([
		"error: the database cannot be written: database is locked; going on from memory",
		"info: the database can be written again; what waited in memory was kept",
	]);
	keeper.close();
});

test("a database that could not even be read at the start is read late, before anything is written", async () => {
	const path = join(aFolder(), "store.db");
	const before = aKeeper({ path });
	before.remember(anOpenIncident("before"));
	before.keeper.close();
	const holder = startChild(HOLD, [path, "exclusive"]);
	await holder.line();

	const found: Stored[] = [];
	const late = (stored: Stored) => {
		found.push(stored);
		ledger.apply({ told: stored.told });
		remember(note("late", "seen"));
	};
	const { clock, keeper, ledger, remember } = aKeeper({ path, late, open: (path) => openSqlite(path, 0) });
	expect([...ledger.alerts()]).toEqual([]);
	expect(keeper.fault()).toBe(`${path} cannot be opened: database is locked`);
	expect(remember(anOpenIncident("after"))).toBe(false);
	expect(keeper.read((store) => store.load())).toBeUndefined();

	holder.say("release");
	await holder.line();
	await clock.advance(1_000);
	keeper.flush();
	expect(found).toMatchObject([anOpenIncidentStored("before")]);
	expect(keeper.fault()).toBeUndefined();
	expect(storedIn(path).told.map(({ alert }) => alert.incident)).toEqual(["after", "before"]);
	expect(storedIn(path).notes.get("late")).toBe("seen");
	keeper.close();
});

test("a full database is a fault until there is room again, and nothing is lost", async () => {
	const { path, clock, keeper, remember, allow } = aNarrowKeeper();
	remember(note("before", "x"));
	allow(2);
	const large = "x".repeat(20_000);
	expect(remember(note("large", large))).toBe(false);
	expect(keeper.fault()).toBe(`${path} cannot be written: database or disk is full`);
	remember(anOpenIncident("i1"));
	keeper.keep(aKeptSample("a/b", T0));
	await clock.advance(1_000);
	keeper.flush();
	expect(keeper.fault()).toContain("full");
	expect(keeper.read((store) => store.load().notes.get("before"))).toBe("x");

	allow(1_000);
	await clock.advance(1_000);
	keeper.flush();
	expect(keeper.fault()).toBeUndefined();
	expect(storedIn(path)).toMatchObject(anOpenIncidentStored("i1"));
	expect(storedIn(path).notes.get("large")).toBe(large);
	keeper.close();
});

test("a read-only file or folder is a fault, is still read, and is written when it can be", async () => {
	const path = join(aFolder(), "store.db");
	const before = openSqlite(path);
	before.commit(note("before", "x"));
	before.close();
	const child = startChild(new URL("./children/read-only.ts", import.meta.url), [path]);
	expect(await child.lines()).toEqual([
		"file: loaded: before",
		"file: committed: false",
		"file: fault: PATH cannot be written: attempt to write a readonly database",
		"file: fault when writable again: undefined",
		"folder: loaded: before later",
		"folder: committed: false",
		"folder: fault: PATH cannot be opened: attempt to write a readonly database",
		"folder: fault when writable again: undefined",
		"damaged: committed: false",
		"damaged: fault: PATH is damaged and cannot be moved aside: EACCES",
		"damaged: lines in the log: 1",
		"at last: before last later",
	]);
});

test("a store that cannot be made is made as soon as that is possible", async () => {
	const path = join(aFolder(), "store.db");
	mkdirSync(path);
	const { clock, keeper, remember } = aKeeper({ path });
	expect(keeper.fault()).toBe(`${path} cannot be opened: unable to open database file`);
	expect(remember(anOpenIncident("i1"))).toBe(false);
	expect(keeper.read((store) => store.load())).toBeUndefined();
	rmdirSync(path);
	await clock.advance(1_000);
	keeper.flush();
	expect(keeper.fault()).toBeUndefined();
	expect(storedIn(path)).toMatchObject(anOpenIncidentStored("i1"));
	keeper.close();
});

test("too many changes to wait are replaced by the present state", async () => {
	const { path, clock, log, keeper, remember, allow } = aNarrowKeeper();
	remember(anOpenIncident("over"));
	remember(anOpenIncident("open"));
	allow(0);
	remember(note("large", "x".repeat(20_000)));
	const { told, alerts } = anOpenIncident("over");
	remember({
		closed: told,
		forgotten: alerts.map(({ key }) => key),
		endings: [{ id: "n-over", result: "sent", at: T0, detail: "" }],
	});
	for (let n = 0; n < 20_000; n++) remember(note("turn", `${n}`));
	expect(log.said).toContain("error: too many changes wait; only the present state will be kept");
	allow(1_000);
	await clock.advance(1_000);
	keeper.flush();
	expect(keeper.fault()).toBeUndefined();
	const stored = storedIn(path);
	expect(stored).toMatchObject(anOpenIncidentStored("open"));
	expect(stored.notes.get("turn")).toBe("19999");
	keeper.close();
});

test("a change that the database rejects for what it is does not keep back the others", () => {
	const { log, keeper, remember } = aKeeper();
	const broken = { id: "n1", delivery: { attempts: 1, nextAt: Number.NaN } };
	remember({ notifications: [aMessage("n1", [aSnapshot("i1")])] });
	expect(keeper.commit({ attempts: [broken] })).toBe(true);
	expect(remember(note("after", "x"))).toBe(true);
	expect(keeper.fault()).toBeUndefined();
	expect(log.said).toEqual(["error: a change cannot be kept; it is left out"]);
	keeper.close();
});

test("samples are written in batches of 500, or after a quarter of a second", async () => {
	const { clock, keeper } = aKeeper();
	const count = (key: string) => keeper.read((store) => store.samples(key, 1_000).length);
	for (let n = 0; n < 499; n++) keeper.keep(aKeptSample("a/b", T0 + n));
	expect(count("a/b")).toBe(0);
	keeper.keep(aKeptSample("a/b", T0 + 499));
	expect(count("a/b")).toBe(500);
	keeper.keep(aKeptSample("c/d", T0));
	await clock.advance(250);
	expect(count("c/d")).toBe(0);
	keeper.keep(aKeptSample("c/d", T0 + 1));
	expect(count("c/d")).toBe(2);
	keeper.close();
});

test("of the samples that wait too long the oldest are lost, and that is said", async () => {
	const { clock, log, keeper, remember, allow } = aNarrowKeeper();
	allow(0);
	remember(note("large", "x".repeat(20_000)));
	for (let n = 0; n < 20_010; n++) keeper.keep(aKeptSample("a/b", T0 + n));
	allow(10_000);
	await clock.advance(1_000);
	keeper.flush();
	const kept = keeper.read((store) => store.samples("a/b", 30_000)) ?? [];
	expect(kept).toHaveLength(20_000);
	expect(kept[0]?.sample.startedAt).toBe(T0 + 10);
	expect(log.said.at(-1)).toBe("warn: samples were lost while the database failed");
	keeper.close();
});

test("what has waited is written a part at a time, so that probes run in between", () => {
	const wall = virtualClock();
	let now = 0;
	const clock: Clock = { ...wall, monotonic: () => now };
	let isFull = true;
	const open = (path: string): Store => {
		const store = openSqlite(path);
		const commit = (...changes: readonly Change[]) => {
			if (isFull) throw Object.assign(new Error("database or disk is full"), { errcode: 13 });
			now += 60;
			store.commit(...changes);
		};
		return { ...store, commit };
	};
	const { keeper, remember } = aKeeper({ clock, open });
	for (let n = 0; n < 900; n++) remember(note(`${n}`, "x"));
	isFull = false;
	now = 1_000;
	const written: (number | undefined)[] = [];
	for (let flushes = 0; flushes < 4; flushes++) {
		keeper.flush();
		written.push(keeper.read((store) => store.load().notes.size));
	}
	expect(written).toEqual([400, 800, 900, 900]);
	expect(keeper.fault()).toBeUndefined();
	keeper.close();
});

test("where a database is begun anew, the present state and all that waits are written at once", async () => {
	let isLocked = false;
	const sizes: number[] = [];
	const open = (path: string): Store => {
		const store = openSqlite(path);
		const commit = (...changes: readonly Change[]) => {
			if (isLocked) throw Object.assign(new Error("database is locked"), { errcode: 5 });
			sizes.push(changes.length);
			store.commit(...changes);
		};
		return { ...store, commit };
	};
	const { path, clock, keeper, remember } = aKeeper({ open });
	remember(note("first", "x"));
	isLocked = true;
	for (let n = 0; n < 500; n++) remember(note(`${n}`, "x"));
	rmSync(path);
	isLocked = false;
	await clock.advance(1_000);
	keeper.flush();
	expect(sizes).toEqual([1, 501]);
	expect(storedIn(path).notes.size).toBe(501);
	keeper.close();
});

test("closing writes what waits, even when another process is just letting go of the database", async () => {
	const { path, keeper, remember } = aKeeper();
	remember(note("before", "x"));
	const holder = startChild(HOLD, [path]);
	await holder.line();
	remember(note("waiting", "x"));
	keeper.keep(aKeptSample("a/b", T0));
	holder.say("release");
	keeper.close();
	expect([...storedIn(path).notes.keys()]).toEqual(["before", "waiting"]);
	expect(keeper.commit(note("after", "x")), "after the end").toBe(false);
	expect(storedIn(path).notes.size).toBe(2);
});

test("closing says when something is lost", () => {
	const { log, keeper, remember, allow } = aNarrowKeeper();
	allow(0);
	remember(note("large", "x".repeat(20_000)));
	keeper.close();
	expect(log.said.at(-1)).toBe("error: what waited for the database is lost");
});

test("rows that cannot be understood are named in the log", () => {
	const path = join(aFolder(), "store.db");
	const db = openDatabase(path);
	db.exec("INSERT INTO alerts VALUES ('x', '{broken')");
	db.close();
	const { log, keeper }: { log: ReturnType<typeof rememberingLog>; keeper: Keeper } = aKeeper({ path });
	expect(log.said).toEqual(["error: rows of the database cannot be understood"]);
	keeper.close();
});
