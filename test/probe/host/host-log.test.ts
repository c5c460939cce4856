import { appendFileSync, renameSync, rmSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { hostLog, hostLogOptions } from "../../../src/probe/host/host-log.ts";
import { lookAtLog } from "../../../src/probe/host/host-log-look.ts";
import { virtualClock } from "../../support/clock.ts";
import { makeInstance } from "../../support/instance.ts";
import { aHost } from "../../support/made-host.ts";
import { probeContext } from "../../support/probe-context.ts";

const MINUTE = 60_000;

function aLog(given: object = {}) {
	const host = aHost();
	const clock = virtualClock(new Date(2026, 0, 5, 8).getTime());
	host.write("dss_data/run/backend.log", line("INFO", "DSS startup: backend version 13.0.0"));
	const file = join(host.dataDir, "run/backend.log");
	const instance = makeInstance("https://dss.example.com", { dataDir: host.dataDir });
	const context = probeContext("", { instance, clock, key: `design/${host.dataDir}` });
	const options = hostLogOptions.parse({ kind: "host-log", ...given });
	return {
		host,
		clock,
		file,
		add: (...lines: readonly string[]) => appendFileSync(file, lines.join("")),
		look: () => lookAtLog(options, context, host),
	};
}

const line = (level: string, words: string, time = "08:00:01.500") =>
	`[2026/01/05-${time}] [qtp-1] [${level}] [dku.x]  - [ct: 1] ${words}\n`;

test("what was there before the first look is no news", async () => {
	const { add, look } = aLog();
	add(line("ERROR", "java.lang.OutOfMemoryError"));
	const { values, seen, fault } = await look();
	expect(fault).toBeUndefined();
	expect(values).toMatchObject({ lines: 0, errors: 0, out_of_memory: 0, startups: 0 });
	expect(seen).toBe("nothing unusual");
	expect(Object.keys(values).filter((name) => !(name in hostLog.values))).toEqual([]);
});

test("signs of trouble are counted for as long as the window is, with the newest line", async () => {
	const { add, look, clock } = aLog({ window: "15m" });
	await look();
	add(
		line("ERROR", "boom"),
		"java.lang.OutOfMemoryError: Java heap space\n",
		line("WARN", "No space left on device"),
		line("WARN", "Too many open files"),
		"[1.0s][info][gc] GC(3) Pause Full (x) 9M->8M(9M) 4200.0ms\n",
		"[1.0s][info][gc] GC(4) Pause Full (x) 9M->8M(9M) 200.0ms\n",
		line("INFO", "DSS startup: backend version 13.0.0, password=hunter2", "08:00:02.000"),
		line("FATAL", "the end"),
	);
	await clock.advance(MINUTE);
	const { values, seen } = await look();
	expect(values).toMatchObject({
		lines: 8,
		errors: 1,
		fatals: 1,
		error_rate: 2,
		out_of_memory: 1,
		no_space: 1,
		too_many_files: 1,
		full_gc: 2,
		full_gc_long: 1,
		full_gc_longest: 4.2,
		startups: 1,
		startup_at: new Date(2026, 0, 5, 8, 0, 2).getTime() / 1_000,
		line: expect.stringMatching(/DSS startup: .*password=…$/),
	});
	expect(seen).toMatch(/^1 x OutOfMemoryError, 1 x No space left on device, .*; newest: \[2026/);
	await clock.advance(14 * MINUTE);
	expect((await look()).values).toMatchObject({ lines: 0, out_of_memory: 1, full_gc_longest: 0 });
	await clock.advance(2 * MINUTE);
	const later = await look();
	expect(later.values).toMatchObject({ out_of_memory: 0, startups: 0, error_rate: 0 });
	expect(later.seen).toBe("nothing unusual");
	expect(later.values["startup_at"]).toBe(values["startup_at"]);
});

test("a rotation between two looks hides nothing", async () => {
	const { add, look, file, host } = aLog();
	await look();
	add(line("ERROR", "before"));
	renameSync(file, `${file}.1`);
	host.write("dss_data/run/backend.log", line("ERROR", "after"));
	expect((await look()).values).toMatchObject({ errors: 2, gap: false });
});

test("own patterns are counted together and one by one", async () => {
	const { add, look } = aLog({ patterns: { licence: "licen[cs]e .*expired", slow: "(a+)+$" } });
	await look();
	add(line("WARN", "the license has expired"), line("WARN", "licence is expired"), `${"a".repeat(60)}!\n`);
	const { values, seen, facts } = await look();
	expect(values).toMatchObject({ matches: 2, slow_patterns: "slow" });
	expect(seen).toContain("patterns too slow, left out: slow");
	expect(facts?.["patterns"]).toEqual({ licence: 2, slow: 0 });
});

test("a crash report is news once, and old ones are none", async () => {
	const { look, host, clock, file } = aLog();
	host.write("dss_data/run/hs_err_pid1.log", "#");
	// Two files of one moment have the same time on disks that tell it coarsely.
	utimesSync(join(dirname(file), "hs_err_pid1.log"), 1_000, 1_000);
	expect((await look()).values["crash_files"]).toBe(0);
	host.write("dss_data/run/hs_err_pid22.log", "#");
	expect((await look()).values).toMatchObject({ crash_files: 1, crash_file: "hs_err_pid22.log" });
	expect((await look()).values["crash_files"]).toBe(1);
	await clock.advance(16 * MINUTE);
	expect((await look()).values["crash_files"]).toBe(0);
});

test("a log that is not there is a fault of the prober", async () => {
	const { look, file } = aLog();
	rmSync(file);
	expect((await look()).fault).toMatchObject({
		code: "prober_misconfigured",
		text: `${file}: there is no such file or folder`,
	});
});

test.each([
	[{ patterns: { bad: "(" } }, /is no regular expression/],
	[{ patterns: { "Not a name": "x" } }, /is no name/],
	[{ window: "1s" }, /below 1m/],
])("options %j are refused", (given, words) => {
	expect(hostLogOptions.safeParse({ kind: "host-log", ...given }).error?.message).toMatch(words);
});
