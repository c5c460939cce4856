import { appendFileSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { backup, backupOptions } from "../../../src/probe/host/backup.ts";
import { lookAtBackups } from "../../../src/probe/host/backup-look.ts";
import { virtualClock } from "../../support/clock.ts";
import { aFolder } from "../../support/folder.ts";
import { probeContext } from "../../support/probe-context.ts";

const HOUR = 3_600_000;

/** A folder of backups on a clock that begins now, as the file system's own clock cannot be bent. */
function aTarget(given: object = {}) {
	const folder = aFolder();
	const clock = virtualClock(Date.now());
	const options = backupOptions.parse({ kind: "backup", folder, match: "*.tar.gz", ...given });
	const context = probeContext("", { clock, key: `design/${folder}` });
	const path = (name: string) => join(folder, name);
	return {
		folder,
		clock,
		path,
		look: () => lookAtBackups(options, context),
		/** A backup that was made so many hours ago. */
		file(name: string, size: number, hoursAgo: number) {
			writeFileSync(path(name), Buffer.alloc(size));
			const at = new Date(clock.now() - hoursAgo * HOUR);
			utimesSync(path(name), at, at);
		},
	};
}

test("the newest finished backup tells age, size and how usual that is", async () => {
	const { look, file, clock } = aTarget();
	for (const [name, size, hoursAgo] of [
		["a", 1_000, 73],
		["b", 1_100, 49],
		["c", 1_050, 25],
		["d", 525, 1],
	] as const) {
		file(`${name}.tar.gz`, size, hoursAgo);
	}
	file("e.tar.gz.part", 10, 0);
	await clock.advance(6 * 60_000);
	const { values, seen, fault } = await look();
	expect(fault).toBeUndefined();
	expect(values).toMatchObject({ newest: "d.tar.gz", size: 525, size_ratio: 0.5, generations: 4, unfinished: 0 });
	expect(values["age"]).toBeCloseTo(3_960, -1);
	expect(seen).toBe("d.tar.gz: 1 h 6 min old, 525 B; usual 1.05 kB; 4 in all");
	expect(Object.keys(values).filter((name) => !(name in backup.values))).toEqual([]);
	await clock.advance(30 * HOUR);
	expect((await look()).values["age"]).toBeGreaterThan(30 * 3_600);
});

test("a backup that was just written is not finished, whatever time a copying tool gave it", async () => {
	const { look, file, clock } = aTarget();
	file("a.tar.gz", 500, 12);
	expect((await look()).values).toMatchObject({ generations: 0, unfinished: 1 });
	await clock.advance(6 * 60_000);
	expect((await look()).values).toMatchObject({ generations: 1, unfinished: 0, newest: "a.tar.gz" });
});

test("one that has grown since the look before is not finished, even where nothing changed lately", async () => {
	const { look, file, path, clock } = aTarget();
	file("a.tar.gz", 1_000, 24);
	await clock.advance(6 * 60_000);
	expect((await look()).values).toMatchObject({ generations: 1 });
	appendFileSync(path("a.tar.gz"), "more");
	await clock.advance(10 * 60_000);
	expect(await look()).toMatchObject({
		values: { generations: 0, unfinished: 1 },
		seen: "1 not finished, none finished",
	});
	expect((await look()).values).toMatchObject({ generations: 1, size: 1_004 });
});

test("a backup whose time is yet to come is as old as its last change here", async () => {
	const { look, file, clock } = aTarget();
	file("a.tar.gz", 500, 24);
	file("b.tar.gz", 500, -24 * 365);
	await clock.advance(6 * 60_000);
	const { values } = await look();
	expect(values).toMatchObject({ newest: "b.tar.gz", generations: 2, unfinished: 0 });
	expect(values["age"]).toBeLessThan(HOUR / 1_000);
	await clock.advance(48 * HOUR);
	expect((await look()).values["age"]).toBeGreaterThan((47 * HOUR) / 1_000);
});

test("the same holds for a folder, and for what lies in it", async () => {
	const { look, path, clock } = aTarget({ match: "*", of: "folders" });
	mkdirSync(path("a"));
	writeFileSync(join(path("a"), "x"), "text");
	const ahead = new Date(clock.now() + 24 * HOUR);
	utimesSync(join(path("a"), "x"), ahead, ahead);
	utimesSync(path("a"), ahead, ahead);
	await clock.advance(6 * 60_000);
	const { values } = await look();
	expect(values).toMatchObject({ newest: "a", generations: 1 });
	expect(values["age"]).toBeLessThan(HOUR / 1_000);
});

test("with a marker a backup counts once it is there", async () => {
	const { look, file, path, clock } = aTarget({ match: "*", marker: ".ok" });
	file("a", 10, 2);
	await clock.advance(6 * 60_000);
	expect((await look()).values).toMatchObject({ generations: 0, unfinished: 1 });
	writeFileSync(path("a.ok"), "");
	expect((await look()).values).toMatchObject({ generations: 1, unfinished: 0, newest: "a" });
});

describe("folders", () => {
	test("count as backups with all that is in them; links and files do not", async () => {
		const { look, folder, clock, path } = aTarget({ match: "*", of: "folders", marker: "DONE" });
		for (const name of ["2026-01-01", "2026-01-02"]) {
			mkdirSync(join(folder, name, "config"), { recursive: true });
			writeFileSync(join(folder, name, "config/x"), Buffer.alloc(40_000));
		}
		writeFileSync(path("2026-01-01/DONE"), "");
		symlinkSync(path("2026-01-01"), path("latest"));
		writeFileSync(path("note.txt"), "");
		await clock.advance(6 * 60_000);
		const { values } = await look();
		expect(values).toMatchObject({ generations: 1, unfinished: 1, newest: "2026-01-01" });
		expect(values["size"]).toBeGreaterThanOrEqual(40_000);
	});
});

describe("folders with more files than are looked at", () => {
	/** Nightly backups of 30 files each, of which a look may see 50. */
	async function nightly(files = 30) {
		const target = aTarget({ match: "*", of: "folders", max_entries: 50 });
		for (const [index, name] of ["2026-01-01", "2026-01-02", "2026-01-03"].entries()) {
			mkdirSync(target.path(name));
			for (let file = 0; file < files; file++) writeFileSync(join(target.path(name), `${file}`), Buffer.alloc(8_192));
			const at = new Date(target.clock.now() - (3 - index) * 24 * HOUR);
			utimesSync(target.path(name), at, at);
		}
		await target.clock.advance(6 * 60_000);
		return target;
	}

	test("give the newest its size first, and the others theirs at later looks", async () => {
		const { look } = await nightly();
		const first = await look();
		expect(first.values).toMatchObject({ newest: "2026-01-03", generations: 3, unfinished: 0 });
		expect(first.values["size"]).toBeGreaterThanOrEqual(30 * 8_192);
		expect(first.values).not.toHaveProperty("size_ratio");
		await look();
		expect((await look()).values).toMatchObject({ size_ratio: 1, generations: 3 });
	});

	test("are never called small where only a part of one was counted", async () => {
		const { look } = await nightly(60);
		for (let round = 0; round < 3; round++) {
			const { values, seen } = await look();
			expect(values).toMatchObject({ newest: "2026-01-03", generations: 3, unfinished: 0 });
			expect(Object.keys(values).filter((name) => name.startsWith("size"))).toEqual([]);
			expect(seen).toMatch(/^2026-01-03: .* old, at least \d/);
		}
	});
});

test("no backup at all is said, not guessed", async () => {
	const { look } = aTarget();
	expect(await look()).toMatchObject({ values: { generations: 0, unfinished: 0 }, seen: "no backup" });
});

test.each<[string, (path: string) => void, RegExp]>([
	["no folder", (path) => rmSync(path, { recursive: true }), /there is no such file or folder/],
	[
		"a file in its place",
		(path) => {
			rmSync(path, { recursive: true });
			writeFileSync(path, "");
		},
		/it is no folder/,
	],
])("%s is a fault of the prober", async (_name, harm, words) => {
	const { look, folder } = aTarget();
	harm(folder);
	expect((await look()).fault).toMatchObject({ code: "prober_misconfigured", text: expect.stringMatching(words) });
});
