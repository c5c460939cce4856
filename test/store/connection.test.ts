import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { createKeeper } from "../../src/store/keeper.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import type { Change, Stored } from "../../src/store/store.ts";
import { MINUTE } from "../support/builders.ts";
import { virtualClock } from "../support/clock.ts";
import { aFolder } from "../support/folder.ts";
import { anOpenIncident, damage, known, rememberingLog } from "../support/store.ts";

/** The program's memory over a database, with an incident that a channel was told about. */
function aMemory(path = join(aFolder(), "store.db"), open = openSqlite) {
	const clock = virtualClock();
	const log = rememberingLog();
	const keeper = createKeeper({ path, clock, log, snapshot: () => ledger.snapshot(), open });
	const ledger = createLedger(keeper.load());
	const remember = (change: Change): boolean => {
		ledger.apply(change);
		return keeper.commit(change);
	};
	return { path, clock, log, keeper, ledger, remember };
}

function storedIn(path: string): Stored {
	const store = openSqlite(path);
	const stored = store.load();
	store.close();
	return stored;
}

const incidents = (stored: Stored) => stored.told.map(({ alert }) => alert.incident);
const asides = (path: string) => readdirSync(dirname(path)).filter((name) => name.includes(".damaged-"));

/** Some pages of alerts, written back to the file, so that there is something to damage. */
function fill(path: string, remember: (change: Change) => boolean): void {
	for (let n = 0; n < 50; n++) remember({ notes: [{ key: `note ${n}`, value: "x".repeat(500) }] });
	remember(anOpenIncident("i1"));
	const other = new DatabaseSync(path);
	other.exec("PRAGMA wal_checkpoint(TRUNCATE)");
	other.close();
}

test.each([
	["garbage", (path: string) => writeFileSync(path, Buffer.alloc(9_000, 0xab))],
	["a database that was cut short", (path: string) => truncateSync(path, 8_192)],
	["a database whose pages were overwritten", damage],
])("%s is moved aside at the start and a new one is begun", (_name, spoil) => {
	const path = join(aFolder(), "store.db");
	const before = aMemory(path);
	fill(path, before.remember);
	before.keeper.close();
	spoil(path);
	const spoilt = readFileSync(path);

	const { log, keeper, ledger, remember } = aMemory(path);
	expect([...ledger.alerts()]).toEqual([]);
	expect(keeper.fault()).toMatch(
		/ cannot be (?:opened|read): (?:file is not a database|database disk image is malformed)$/,
	);
	expect(remember(anOpenIncident("i2"))).toBe(true);
	keeper.flush();
	expect(keeper.fault()).toBeUndefined();
	expect(incidents(storedIn(path))).toEqual(["i2"]);
	expect(asides(path)).toEqual(["store.db.damaged-2026-01-05T080000Z"]);
	expect(readFileSync(join(dirname(path), asides(path)[0] as string))).toEqual(spoilt);
	expect(log.said[1]).toBe("error: the damaged database was moved aside; a new one is begun");
	keeper.close();
});

test.each([
	["overwritten", damage],
	["cut short", (path: string) => truncateSync(path, 8_192)],
	[
		"overwritten and its log removed",
		(path: string) => {
			damage(path);
			rmSync(`${path}-wal`);
		},
	],
	["removed", (path: string) => rmSync(path)],
	[
		"removed with everything beside it",
		(path: string) => {
			for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix);
		},
	],
	["removed with its folder", (path: string) => rmSync(dirname(path), { recursive: true })],
])("a database that was %s under the running program is begun anew with all that is known", async (_name, spoil) => {
	const { path, clock, keeper, ledger, remember } = aMemory();
	fill(path, remember);
	spoil(path);
	remember(anOpenIncident("i2"));
	await clock.advance(MINUTE);
	keeper.flush();
	remember(anOpenIncident("i3"));
	expect(keeper.fault()).toBeUndefined();

	// Killed now, the program would find everything, and so nobody would be told twice.
	const found = storedIn(path);
	expect(incidents(found)).toEqual(["i1", "i2", "i3"]);
	expect(known(createLedger(found))).toEqual(known(ledger));
	keeper.close();
	expect(known(createLedger(storedIn(path)))).toEqual(known(ledger));
});

test("damage that nobody has noticed is found at the end", () => {
	const { path, keeper, remember } = aMemory();
	fill(path, remember);
	damage(path);
	keeper.close();
	expect(incidents(storedIn(path))).toEqual(["i1"]);
	expect(asides(path)).toHaveLength(1);
});

test("a log that was removed under the running program costs nothing", () => {
	const { path, keeper, ledger, remember } = aMemory();
	remember(anOpenIncident("i1"));
	rmSync(`${path}-wal`);
	remember(anOpenIncident("i2"));
	expect(known(createLedger(storedIn(path)))).toEqual(known(ledger));
	expect(asides(path)).toEqual([]);
	keeper.close();
});

test("a backup that was put in place of the database gets the present state and keeps its history", () => {
	const { path, log, keeper, ledger, remember } = aMemory();
	fill(path, remember);
	const backup = `${path}.backup`;
	copyFileSync(path, backup);
	remember(anOpenIncident("i2"));
	remember({ closed: anOpenIncident("i1").told, forgotten: ["design/i1"] });
	remember({ endings: [{ id: "n-i1", result: "sent", at: 0, detail: "" }] });
	renameSync(backup, path);
	remember(anOpenIncident("i3"));
	keeper.flush();
	expect(keeper.fault()).toBeUndefined();
	expect(incidents(storedIn(path))).toEqual(["i2", "i3"]);
	expect(known(createLedger(storedIn(path)))).toEqual(known(ledger));
	expect(log.said[0]).toBe("error: the database was removed or replaced while in use; going on from memory");
	keeper.close();
});

test("a disk that damages every file is not filled with them", async () => {
	const path = join(aFolder(), "store.db");
	let isFailing = true;
	const open = (path: string) => {
		if (isFailing) writeFileSync(path, Buffer.alloc(9_000, 0xab));
		return openSqlite(path);
	};
	const { clock, log, keeper, remember } = aMemory(path, open);
	for (let second = 0; second < 130; second++) {
		expect(remember(anOpenIncident(`i${second}`))).toBe(false);
		await clock.advance(1_000);
		keeper.flush();
		expect(keeper.fault()).toContain("file is not a database");
	}
	expect(asides(path)).toHaveLength(3);
	expect(log.said).toHaveLength(4);
	isFailing = false;
	await clock.advance(MINUTE);
	keeper.flush();
	keeper.flush();
	expect(keeper.fault()).toBeUndefined();
	expect(incidents(storedIn(path))).toHaveLength(130);
	keeper.close();
});
