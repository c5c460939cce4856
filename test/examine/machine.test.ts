import { expect, test } from "vitest";
import { judgeCache } from "../../src/examine/machine-cache.ts";
import { judgeClocks } from "../../src/examine/machine-clock.ts";
import { judgeCpu } from "../../src/examine/machine-cpu.ts";
import { filesNeeded, judgeFiles, openFilesIn } from "../../src/examine/machine-files.ts";
import { judgeMemory } from "../../src/examine/machine-memory.ts";
import { judgeNode } from "../../src/examine/machine-node.ts";
import { judgeZones } from "../../src/examine/machine-zones.ts";

const HOUR = 3_600_000;
const at = (clocks: Readonly<Record<string, number>>) =>
	judgeClocks(Object.entries(clocks).map(([instance, aheadMs]) => ({ instance, aheadMs }))).map(
		({ level, seen }) => `${level}: ${seen}`,
	);

test.each<[string, Readonly<Record<string, number>>, readonly string[]]>([
	["nobody told the time", {}, ["skipped: no instance has told its time"]],
	["all agree", { a: 400, b: -4_000 }, ["ok: agrees with a, b"]],
	["one instance, an hour ahead", { a: HOUR }, ["critical: a is 1 h ahead of this machine: one of the two is off"]],
	["one instance, 20 s behind", { a: -20_000 }, ["warning: a is 20 s behind this machine: one of the two is off"]],
	[
		"two instances agree against this machine",
		{ a: HOUR, b: HOUR + 900 },
		["critical: this machine is 1 h behind a, b, which agree: this machine's clock is off"],
	],
	[
		"one instance against another and this machine",
		{ a: 300, b: -HOUR },
		["critical: b is 1 h behind this machine, a: the clock of b is off"],
	],
	[
		"two agree, this machine and a third are off",
		{ a: HOUR, b: HOUR, c: 2 * HOUR },
		[
			"critical: this machine is 1 h behind a, b, which agree: this machine's clock is off",
			"critical: c is 1 h ahead of a, b: the clock of c is off",
		],
	],
	[
		"all differ",
		{ a: HOUR, b: -HOUR },
		[
			"critical: a is 1 h ahead of this machine: one of the two is off",
			"critical: b is 1 h behind this machine: one of the two is off",
		],
	],
	[
		"five agree",
		{ a: 0, b: 0, c: 0, d: 0, e: 7_000 },
		["warning: e is 7 s ahead of this machine, a, b and 2 more: the clock of e is off"],
	],
])("the clock is blamed that is off: %s", (_, clocks, findings) => {
	expect(at(clocks)).toEqual(findings);
});

test.each([
	["24.3.0", "ok"],
	["25.1.0", "warning"],
	["26.0.0", "ok"],
])("Node %s is %s", (nodeVersion, level) => {
	expect(judgeNode({ nodeVersion, programVersion: "1" }).level).toBe(level);
});

test.each<[string | undefined, number, string]>([
	["2025b", 418, "ok"],
	["2023a", 418, "warning"],
	["2026a", 1, "warning"],
	[undefined, 418, "warning"],
])("time zones of %s, %i of them, are %s in 2026", (version, zones, level) => {
	expect(judgeZones(version, zones, 2026).level).toBe(level);
});

test("the limit of open files is read from what Linux says, and judged by the checks", () => {
	const limits =
		"Limit   Soft Limit  Hard Limit  Units\nMax open files            1024                 524288               files\n";
	expect(openFilesIn(limits)).toBe(1_024);
	expect(openFilesIn(limits.replace("1024 ", "unlimited "))).toBe(Number.POSITIVE_INFINITY);
	expect(openFilesIn("Max processes 12 12 processes")).toBeUndefined();
	expect(openFilesIn(undefined)).toBeUndefined();
	expect(judgeFiles(1_024, filesNeeded(100, 2), "this shell")).toEqual({
		level: "ok",
		seen: "1024 files may be open (this shell), 364 are needed at most",
	});
	expect(judgeFiles(1_024, filesNeeded(1_000, 2), "the daemon").level).toBe("warning");
	expect(judgeFiles(Number.POSITIVE_INFINITY, 5_000, "x").level).toBe("ok");
	expect(judgeFiles(undefined, 5_000, "x").level).toBe("skipped");
});

test.each([
	[130e6, 100, false, "ok"],
	[130e6, 1_000, false, "warning"],
	[130e6, 1_000, true, "ok"],
	[20e6, 1_000, true, "warning"],
])("%i bytes free for %i checks, a daemon running: %s, is %s", (free, checks, isRunning, level) => {
	expect(judgeMemory(free, checks, isRunning).level).toBe(level);
});

test("a busy machine is told, by its cores", () => {
	expect(judgeCpu({ cores: 4, load: 9.34 })).toEqual({ level: "ok", seen: "4 cores, load 9.3" });
	expect(judgeCpu({ cores: 1, load: 9.34 })).toMatchObject({
		level: "warning",
		seen: "1 core, load 9.3: more than the machine can do",
	});
});

test("the folder of compiled code is good where only its owner may enter", () => {
	const folder = "/tmp/dss-probe-7";
	expect(judgeCache(folder, { uid: 7, mode: 0o40700 }, true, 7).level).toBe("ok");
	expect(judgeCache(folder, undefined, true, 7).level).toBe("ok");
	expect(judgeCache(folder, undefined, false, 7).level).toBe("warning");
	expect(judgeCache(folder, { uid: 7, mode: 0o40755 }, true, 7).seen).toBe(
		"/tmp/dss-probe-7 is not used: it is open to others (owner 7, mode 755)",
	);
	expect(judgeCache(folder, { uid: 8, mode: 0o40700 }, true, 7).level).toBe("warning");
});
