import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { createLedger } from "../../src/store/ledger.ts";
import { MIGRATIONS } from "../../src/store/migrations.ts";
import { openReader, openSqlite } from "../../src/store/sqlite.ts";
import { MINUTE, T0 } from "../support/builders.ts";
import { aKeptSample, aMessage, aSnapshot } from "../support/store.ts";

function aPath(): string {
	const folder = mkdtempSync(join(tmpdir(), "revive-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return join(folder, "store.db");
}

const DELIVERY = { attempts: 0, nextAt: T0 + MINUTE, lastError: "503" };

test("a dead letter waits again in its old place, however often that is written", () => {
	const store = openSqlite(":memory:");
	const [first, second] = [aMessage("n1", [aSnapshot("i1")]), aMessage("n2", [aSnapshot("i2")])];
	store.commit({ notifications: [first, second] }, { endings: [{ id: "n1", result: "dead", at: T0, detail: "400" }] });
	expect(store.outbox(10, "dead").map(({ notification }) => notification.id)).toEqual(["n1"]);
	expect(store.outbox(10, "waiting").map(({ notification }) => notification.id)).toEqual(["n2"]);
	const change = { revived: [{ notification: first, delivery: DELIVERY }] };
	store.commit(change, change);
	expect(store.load().outbox.map(({ notification }) => notification.id)).toEqual(["n1", "n2"]);
	expect(store.message("n1")).toEqual({ notification: first, delivery: DELIVERY });
	expect(store.outbox(10, "dead")).toEqual([]);
	expect(store.message("n9")).toBeUndefined();
	const ledger = createLedger({ alerts: [], told: [], outbox: [], notes: new Map() });
	ledger.apply(change);
	expect([...ledger.unsent()]).toEqual(change.revived);
});

test("samples are found by time, the newest where there are too many", () => {
	const store = openSqlite(":memory:");
	store.keep([0, 1, 2, 3, 4].map((n) => aKeptSample("a/b", T0 + n)));
	const at = (from: number, to: number, limit = 10) =>
		store.samplesWithin("a/b", T0 + from, T0 + to, limit).map(({ sample }) => sample.startedAt - T0);
	expect(at(1, 3)).toEqual([1, 2, 3]);
	expect(at(0, 9, 2)).toEqual([3, 4]);
	expect(store.samplesWithin("other", 0, T0 * 2, 10)).toEqual([]);
});

test("a reader sees what another process has written, and cannot write", () => {
	const path = aPath();
	const store = openSqlite(path);
	const reader = openReader(path);
	store.commit({ notifications: [aMessage("n1", [aSnapshot("i1")])] });
	expect(reader.outbox(10)).toHaveLength(1);
	reader.close();
	store.close();
	const after = openReader(path);
	expect(after.outbox(10)).toHaveLength(1);
	after.close();
	expect(() => openReader(`${path}-nowhere`)).toThrow();
});

test("a database of another version is not read", () => {
	const path = aPath();
	openSqlite(path).close();
	const db = new DatabaseSync(path);
	db.exec("PRAGMA user_version = 1");
	db.close();
	expect(() => openReader(path)).toThrow(/another version of dss-probe \(structure 1/);
});

test("dispositions of an older database are kept, and belong to no transition", () => {
	const path = aPath();
	const old = new DatabaseSync(path);
	old.exec(`${MIGRATIONS[0]}; PRAGMA user_version = 1`);
	old.exec("INSERT INTO dispositions VALUES (1, 'a/b', 5, 'i1', 'mail', 'queued', 'fired', NULL, 'n1')");
	old.close();
	const store = openSqlite(path);
	onTestFinished(() => store.close());
	const kept = {
		key: "a/b",
		at: 5,
		incident: "i1",
		channel: "mail",
		outcome: "queued",
		reason: "fired",
		notification: "n1",
	} as const;
	expect(store.dispositions("a/b", 10)).toEqual([kept]);
	// Two messages of one moment are two entries; the same entry twice is one.
	store.commit({ dispositions: [{ ...kept, notification: "n2" }, kept] });
	expect(store.dispositions("a/b", 10)).toHaveLength(2);
});
