import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { takeLock } from "../../src/store/lock.ts";
import { startChild } from "../support/children.ts";
import { aFolder } from "../support/folder.ts";

const HOLDER = new URL("./children/hold-lock.ts", import.meta.url);

test("the second taker gets nothing until the first has released it", () => {
	const path = join(aFolder(), "missing", "store.db");
	const first = takeLock(path);
	expect(first).toBeDefined();
	expect(takeLock(path)).toBeUndefined();
	expect(takeLock(path), "a refused taker must not loosen the lock").toBeUndefined();
	first?.release();
	first?.release();
	const second = takeLock(path);
	expect(second).toBeDefined();
	second?.release();
	expect(statSync(`${path}-lock`).mode & 0o007, "strangers").toBe(0);
});

test("a lock that another process holds ends with that process, even by SIGKILL", async () => {
	const path = join(aFolder(), "store.db");
	const holder = startChild(HOLDER, [path, "careless"], ["--expose-gc"]);
	expect(await holder.line()).toBe("taken");
	expect(takeLock(path)).toBeUndefined();
	const other = startChild(HOLDER, [path]);
	expect(await other.line()).toBe("refused");
	await holder.kill();
	const lock = takeLock(path);
	expect(lock).toBeDefined();
	lock?.release();
});

test("a lock that another process releases can be taken", async () => {
	const path = join(aFolder(), "store.db");
	const holder = startChild(HOLDER, [path]);
	await holder.line();
	expect(takeLock(path)).toBeUndefined();
	holder.say("release");
	expect(await holder.line()).toBe("released");
	const lock = takeLock(path);
	expect(lock).toBeDefined();
	lock?.release();
});

test("two stores in one folder have locks of their own", () => {
	const folder = aFolder();
	const locks = [takeLock(join(folder, "a.db")), takeLock(join(folder, "b.db"))];
	expect(locks.every((lock) => lock !== undefined)).toBe(true);
	for (const lock of locks) lock?.release();
});

test("a store in memory needs no lock", () => {
	expect([takeLock(":memory:"), takeLock(":memory:")].every((lock) => lock !== undefined)).toBe(true);
	expect(existsSync(":memory:-lock")).toBe(false);
});

test("a lock file that cannot be made is an error, not a lock that somebody holds", () => {
	const path = join(aFolder(), "store.db");
	mkdirSync(`${path}-lock`);
	expect(() => takeLock(path)).toThrow("unable to open database file");
});
