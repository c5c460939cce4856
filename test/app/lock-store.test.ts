import { join } from "node:path";
import { expect, test } from "vitest";
import { lockStore } from "../../src/app/lock-store.ts";
import { type Log, silentLog } from "../../src/log.ts";
import { aFolder } from "../support/folder.ts";

test("a store is locked once, until the lock is given back", () => {
	const path = join(aFolder(), "store.db");
	const lock = lockStore(path, silentLog);
	expect(lock).toBeDefined();
	expect(lockStore(path, silentLog)).toBeUndefined();
	lock?.release();
	const again = lockStore(path, silentLog);
	expect(again).toBeDefined();
	again?.release();
});

test("where no lock can be made the work goes on without one, and the log says so", () => {
	const lines: string[] = [];
	const log: Log = { ...silentLog, warn: (_fields, message) => void lines.push(message) };
	const lock = lockStore("/dev/null/store.db", log);
	expect(lock).toBeDefined();
	expect(lines).toEqual(["the store cannot be locked; going on without"]);
	lock?.release();
});
