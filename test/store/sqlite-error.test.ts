import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { errorKind } from "../../src/store/sqlite-error.ts";

function thrownBy(act: () => unknown): unknown {
	try {
		act();
	} catch (error) {
		return error;
	}
	throw new Error("nothing was thrown");
}

const withCode = (errcode: number) => Object.assign(new Error("x"), { code: "ERR_SQLITE_ERROR", errcode });

test.each([
	["SQLITE_BUSY", 5, "busy"],
	["SQLITE_BUSY_SNAPSHOT", 517, "busy"],
	["SQLITE_FULL", 13, "full"],
	["SQLITE_CORRUPT", 11, "damaged"],
	["SQLITE_CORRUPT_INDEX", 779, "damaged"],
	["SQLITE_NOTADB", 26, "damaged"],
	["SQLITE_CONSTRAINT_NOTNULL", 1299, "rejected"],
	["SQLITE_READONLY", 8, "other"],
	["SQLITE_READONLY_DIRECTORY", 1544, "other"],
	["SQLITE_IOERR_WRITE", 778, "other"],
	["SQLITE_CANTOPEN", 14, "other"],
])("%s (%i) means %s", (_name, code, kind) => {
	expect(errorKind(withCode(code))).toBe(kind);
});

test("a broken rule of a table means that the data is rejected", () => {
	const db = new DatabaseSync(":memory:");
	db.exec("CREATE TABLE t (x NOT NULL)");
	expect(errorKind(thrownBy(() => db.prepare("INSERT INTO t VALUES (?)").run(null)))).toBe("rejected");
	expect(errorKind(thrownBy(() => db.prepare("INSERT INTO t VALUES (?)").run({} as never)))).toBe("rejected");
	db.close();
});

test("a closed connection is no fault of the data", () => {
	const db = new DatabaseSync(":memory:");
	const statement = db.prepare("SELECT 1");
	db.close();
	expect(errorKind(thrownBy(() => statement.get()))).toBe("other");
	expect(errorKind(thrownBy(() => db.exec("SELECT 1")))).toBe("other");
});

test("what is no error of SQLite lies with the data", () => {
	expect(errorKind(new TypeError("Do not know how to serialize a BigInt"))).toBe("rejected");
	expect(errorKind("thrown text")).toBe("rejected");
});
