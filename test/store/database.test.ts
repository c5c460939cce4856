import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { openDatabase, openUnwritable } from "../../src/store/database.ts";
import { MIGRATIONS } from "../../src/store/migrations.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { startChild } from "../support/children.ts";
import { aFolder } from "../support/folder.ts";

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
const pragma = (db: DatabaseSync, name: string) => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];

test("a new database is made with its folder, closed to strangers, in WAL mode and at the present version", () => {
	const path = join(aFolder(), "deep", "down", "store.db");
	const db = openDatabase(path);
	expect(mode(path)).toBe("640");
	expect(mode(`${path}-wal`)).toBe("640");
	expect(mode(join(path, ".."))).toBe("750");
	expect(pragma(db, "journal_mode")).toBe("wal");
	expect(pragma(db, "user_version")).toBe(MIGRATIONS.length);
	expect(pragma(db, "busy_timeout")).toBe(50);
	db.close();
});

test("opening again changes nothing and loses nothing", () => {
	const path = join(aFolder(), "store.db");
	const first = openSqlite(path);
	first.commit({ notes: [{ key: "a", value: "b" }] });
	first.close();
	const second = openSqlite(path);
	expect(second.load().notes).toEqual(new Map([["a", "b"]]));
	second.close();
});

test("a database of a newer version is refused in words and left as it is", () => {
	const path = join(aFolder(), "store.db");
	openDatabase(path).close();
	const newer = new DatabaseSync(path);
	newer.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}; CREATE TABLE from_the_future (x)`);
	newer.close();
	expect(() => openDatabase(path)).toThrow(
		`the database was written by a newer dss-probe (structure ${MIGRATIONS.length + 1}, known here ${MIGRATIONS.length})`,
	);
	expect(openUnwritable(path)).toBeUndefined();
	const after = new DatabaseSync(path);
	expect(pragma(after, "user_version")).toBe(MIGRATIONS.length + 1);
	after.close();
});

test("a migration that fails in the middle leaves the version before it", () => {
	const path = join(aFolder(), "store.db");
	const before = new DatabaseSync(path);
	// A table in the way, which the first migration makes late.
	before.exec("CREATE TABLE notes (x)");
	before.close();
	expect(() => openDatabase(path)).toThrow("notes already exists");
	const after = new DatabaseSync(path);
	expect(pragma(after, "user_version")).toBe(0);
	expect(after.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()).toMatchObject([{ name: "notes" }]);
	after.close();
});

test("processes that open a new database at once all succeed", async () => {
	const program = new URL("./children/open-together.ts", import.meta.url);
	const path = join(aFolder(), "store.db");
	const moment = `${Date.now() + 600}`;
	const children = [1, 2, 3, 4].map(() => startChild(program, [path, moment]));
	expect(await Promise.all(children.map((child) => child.lines()))).toEqual([["done"], ["done"], ["done"], ["done"]]);
	const store = openSqlite(path);
	expect(store.load().notes.size).toBe(4);
	store.close();
});

test.each([
	["garbage", Buffer.alloc(9_000, 0xab), "file is not a database"],
	["a few bytes", Buffer.from("hello"), "file is not a database"],
])("a file of %s is refused", (_name, bytes, words) => {
	const path = join(aFolder(), "store.db");
	writeFileSync(path, bytes);
	expect(() => openDatabase(path)).toThrow(words);
});

test("a folder in place of the file is refused", () => {
	const path = join(aFolder(), "store.db");
	mkdirSync(path);
	expect(() => openDatabase(path)).toThrow("unable to open database file");
});

test("a database that cannot be written is read only where its file holds everything", () => {
	const path = join(aFolder(), "store.db");
	const db = openDatabase(path);
	db.exec("INSERT INTO notes VALUES ('a', 'b')");
	expect(openUnwritable(path), "its log was not written back").toBeUndefined();
	db.close();
	const read = openUnwritable(path);
	expect(read?.prepare("SELECT * FROM notes").all()).toMatchObject([{ key: "a", value: "b" }]);
	expect(() => read?.exec("DELETE FROM notes")).toThrow("readonly");
	read?.close();
	expect(existsSync(`${path}-wal`)).toBe(false);
});

test("a database in memory makes no file", () => {
	const store = openSqlite(":memory:");
	store.commit({ notes: [{ key: "a", value: "b" }] });
	store.close();
	expect(existsSync(":memory:")).toBe(false);
	expect(openUnwritable(":memory:")).toBeUndefined();
});
