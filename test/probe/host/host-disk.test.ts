import { linkSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Host } from "../../../src/host/host.ts";
import { hostDisk, hostDiskOptions } from "../../../src/probe/host/host-disk.ts";
import { lookAtDisk } from "../../../src/probe/host/host-disk-look.ts";
import { virtualClock } from "../../support/clock.ts";
import { makeInstance } from "../../support/instance.ts";
import { aHost } from "../../support/made-host.ts";
import { probeContext } from "../../support/probe-context.ts";

const HOUR = 3_600_000;
const GB = 1e9;

/** A disk of 1,000 GB whose use a test says; 50 GB of it are root's reserve. */
function aDisk(given: object = {}) {
	const made = aHost();
	const clock = virtualClock();
	const disk = { used: 500 * GB, inodesUsed: 10, inodes: 100 };
	const host: Host = {
		...made,
		statfs: async () => ({
			bsize: 1_000,
			blocks: 1e9,
			bfree: (1_000 * GB - disk.used) / 1_000,
			bavail: (950 * GB - disk.used) / 1_000,
			files: disk.inodes,
			ffree: disk.inodes - disk.inodesUsed,
		}),
	};
	made.write("proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
	const instance = makeInstance("https://dss.example.com", { dataDir: made.dataDir });
	const context = probeContext("", { instance, clock, key: `design/${made.dataDir}`, timeoutMs: 5_000 });
	const options = hostDiskOptions.parse({ kind: "host-disk", ...given });
	const look = (other: Host = host) => lookAtDisk(options, context, other);
	return { made, host, clock, disk, context, look };
}

test("room is counted as df does, without the reserve of root", async () => {
	const { look } = aDisk();
	const { values, seen, fault } = await look();
	expect(fault).toBeUndefined();
	expect(values).toMatchObject({
		space_total: 1_000 * GB,
		space_free: 450 * GB,
		inodes_free: 90,
		inodes_used_percent: 10,
		mount: "/",
		filesystem: "ext4",
	});
	expect(seen).toEqual("52.6 % used, 450 GB free; 10.0 % of inodes used");
	expect(values["space_used_percent"]).toBeCloseTo((100 * 500) / 950);
	expect(values).not.toHaveProperty("growth_per_day");
	expect(Object.keys(values).filter((name) => !(name in hostDisk.values))).toEqual([]);
});

test("a file system that makes inodes as it needs them has none to run out of", async () => {
	const { look, disk } = aDisk();
	disk.inodes = 0;
	expect((await look()).values).not.toHaveProperty("inodes_free");
});

test("growth and the day it is full are told after a day, and outlive a clean-up", async () => {
	const { look, disk, clock } = aDisk();
	for (let hour = 0; hour < 72; hour++) {
		await look();
		await clock.advance(HOUR);
		disk.used += GB;
		if (hour === 60) disk.used -= 100 * GB;
	}
	const { values, seen } = await look();
	expect(values["growth_per_day"]).toBe(24 * GB);
	expect(values["days_until_full"]).toBeCloseTo((950 - 472) / 24);
	expect(seen).toContain("full in 19.9 days at 24 GB a day");
});

test("the shortest time that growth may be told from is long enough to tell it", async () => {
	expect(hostDiskOptions.safeParse({ kind: "host-disk", trend_over: "47h" }).error?.message).toContain("is below 2d");
	const { look, disk, clock } = aDisk({ trend_over: "2d" });
	for (let hour = 0; hour < 26; hour++) {
		await look();
		await clock.advance(HOUR);
		disk.used += GB;
	}
	expect((await look()).values["growth_per_day"]).toBeCloseTo(24 * GB, -3);
});

test("a disk that does not grow is full in ten years at the earliest", async () => {
	const { look, clock } = aDisk();
	for (let hour = 0; hour < 26; hour++) {
		await look();
		await clock.advance(HOUR);
	}
	expect((await look()).values).toMatchObject({ growth_per_day: 0, days_until_full: 3_650 });
});

describe("folders", () => {
	const folders = ["jobs", "databases/*.mv.db", "not-there"];

	test("are added up as du does, in their own slow interval", async () => {
		const { made, look, clock } = aDisk({ folders });
		made.write("dss_data/jobs/P/J/output.log", "x".repeat(20_000));
		linkSync(join(made.dataDir, "jobs/P/J/output.log"), join(made.dataDir, "jobs/again.log"));
		symlinkSync("/", join(made.dataDir, "jobs/link"));
		made.write("dss_data/databases/jobs.mv.db", "x".repeat(50_000));
		made.write("dss_data/databases/jobs.trace.db", "x");
		// What has a size and takes no room does not count.
		writeFileSync(join(made.dataDir, "jobs/sparse"), "");
		truncateSync(join(made.dataDir, "jobs/sparse"), 1e10);
		const { values, facts } = await look();
		expect(Object.keys(facts?.["folders"] as object)).toEqual(["jobs", "databases/jobs.mv.db"]);
		expect(values).toMatchObject({ folder_largest: "databases/jobs.mv.db", folders_whole: true });
		expect(values["folders_bytes"]).toBeGreaterThan(70_000);
		expect(values["folders_bytes"]).toBeLessThan(120_000);
		expect(values["database_largest_bytes"]).toBe(values["folder_largest_bytes"]);
		rmSync(join(made.dataDir, "databases"), { recursive: true });
		await clock.advance(HOUR);
		expect((await look()).values["folder_largest"]).toBe("databases/jobs.mv.db");
		await clock.advance(5 * HOUR);
		expect((await look()).values["folder_largest"]).toBe("jobs");
	});

	test("that are too large are counted in part, and that is said", async () => {
		const { made, look } = aDisk({ folders: ["jobs"], max_entries: 3 });
		for (let index = 0; index < 10; index++) made.write(`dss_data/jobs/${index}`, "x");
		const { values, seen } = await look();
		expect(values["folders_whole"]).toBe(false);
		expect(seen).toContain("largest: jobs at least");
	});
});

describe("what is wrong with the disk is told of the disk,", () => {
	test("read-only", async () => {
		const { made, look } = aDisk();
		made.write("proc/self/mountinfo", "22 1 8:1 / / ro - ext4 /dev/sda1 ro\n");
		const { values, fault } = await look();
		expect(fault).toEqual({ code: "disk_read_only", text: "/ is mounted read-only" });
		expect(values["space_free"]).toBe(450 * GB);
	});

	test.each(["EIO", "ESTALE", "ENOTCONN"])("an error %s", async (code) => {
		const { host, look } = aDisk();
		const { fault } = await look({ ...host, statfs: () => Promise.reject(Object.assign(new Error(code), { code })) });
		expect(fault?.code).toBe("disk_failing");
	});

	test("no answer: and no second question is asked before the first is answered", async () => {
		const { made, host, context } = aDisk();
		const stop = new AbortController();
		let asked = 0;
		let answer: (() => void) | undefined;
		const hanging: Host = {
			...host,
			statfs: (path) => {
				asked += 1;
				return new Promise((done) => {
					answer = () => done(host.statfs(path));
				});
			},
		};
		const options = hostDiskOptions.parse({ kind: "host-disk" });
		const first = lookAtDisk(options, { ...context, signal: stop.signal }, hanging);
		await Promise.resolve();
		stop.abort();
		expect((await first).fault).toMatchObject({
			code: "disk_failing",
			text: expect.stringMatching(/not answer in time/),
		});
		expect((await lookAtDisk(options, context, hanging)).fault?.code).toBe("disk_failing");
		expect(asked).toBe(1);
		answer?.();
		await new Promise((done) => setTimeout(done, 20));
		expect((await lookAtDisk(options, context, { ...host, dataDir: made.dataDir } as Host)).fault).toBeUndefined();
	});
});

test("a path that is not there is a fault of the prober", async () => {
	const { made, host, look } = aDisk({ path: "/nowhere/at/all" });
	mkdirSync(join(made.dataDir, "jobs"));
	expect((await look({ ...host, statfs: made.statfs })).fault).toMatchObject({
		code: "prober_misconfigured",
		text: "/nowhere/at/all: there is no such file or folder",
	});
});
