import { existsSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { liveStory as story } from "../support/live-story.ts";

const PROBLEM = "alert.firing [get-configuration firing] backend_down";
const RECOVERY = "alert.resolved [get-configuration resolved] backend_down";
const BLIND = "alert.firing [self firing] prober_store";
const SEEING = "alert.resolved [self resolved] prober_store";

test("a database that somebody else keeps locked stops nobody from being told, and is told itself", async () => {
	await using it = await story({ checks: ["- { use: get-configuration, every: 10s, timeout: 5s, retry_every: 1s }"] });
	await it.pass(60);
	const other = new DatabaseSync(it.store);
	other.exec("BEGIN IMMEDIATE");
	await it.faults.set({ fault: "gateway" });
	await it.pass(20);
	await it.faults.clear();
	await it.pass(15);
	expect(it.told()).toEqual([PROBLEM, RECOVERY]);
	expect(it.toldOfSelf()).toEqual([BLIND]);
	other.exec("ROLLBACK");
	other.close();
	await it.pass(120);
	expect(it.toldOfSelf()).toEqual([BLIND, SEEING]);
	// Everything that waited in memory was written: a new program knows that all is over.
	await it.restart(10);
	await it.pass(300);
	expect(it.told()).toHaveLength(2);
	expect(it.toldOfSelf()).toHaveLength(2);
});

test("a database that is overwritten with garbage is moved aside, and no alert is lost", async () => {
	await using it = await story();
	await it.pass(60);
	await it.faults.set({ fault: "gateway" });
	await it.pass(150);
	expect(it.told()).toEqual([PROBLEM]);
	for (const file of [it.store, `${it.store}-wal`]) {
		if (!existsSync(file)) continue;
		const { size } = statSync(file);
		truncateSync(file, 0);
		writeFileSync(file, Buffer.alloc(size, 0x5a), { flag: "r+" });
	}
	await it.pass(180);
	await it.restart(10);
	await it.pass(60);
	await it.faults.clear();
	await it.pass(120);
	expect(it.told()).toEqual([PROBLEM, RECOVERY]);
	const beside = readdirSync(dirname(it.store)).filter((name) => name.startsWith(`${basename(it.store)}.damaged-`));
	expect(beside.length).toBeGreaterThan(0);
});

test("a database that is deleted under the running program is begun anew with all that is open", async () => {
	await using it = await story();
	await it.pass(60);
	await it.faults.set({ fault: "gateway" });
	await it.pass(150);
	for (const suffix of ["", "-wal", "-shm"]) rmSync(it.store + suffix, { force: true });
	await it.pass(180);
	await it.restart(10);
	await it.faults.clear();
	await it.pass(120);
	expect(it.told()).toEqual([PROBLEM, RECOVERY]);
});
