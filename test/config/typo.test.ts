import { describe, expect, test } from "vitest";
import { type Disk, realDisk } from "../../src/config/disk.ts";
import { alone, letThrough, slipsOf } from "../support/slips.ts";

describe("a slip of one letter in a key is refused", () => {
	test.for(["checks/get-configuration.yaml", "checks/public-api.yaml", "checks/canary-job.yaml"])("in %s", (file) => {
		expect(letThrough(file, "test/config/alone.yaml", [], alone(file))).toEqual([]);
	});

	test("in the shipped check with the most options of a feed", () => {
		const file = "checks/inference-workers.yaml";
		// Names of labels are the feed's and the team's own.
		const free = [".probe.series.aborted.where.finished_reason", ".labels.team"];
		expect(letThrough(file, "test/config/alone.yaml", free, alone(file), true)).toEqual([]);
	});

	test("in alerts.yaml, but for the instance's name and its labels, which nothing refers to", () => {
		const free = [".instances.dss", ".instances.dss.labels.role", ".instances.dss.labels.env"];
		// Only the check files that it uses: the others would be read again for every slip.
		const used: Disk = {
			readText: realDisk.readText,
			list: (path) => realDisk.list(path)?.filter((file) => /(?:get-configuration|public-api)\.yaml$/.test(file)),
		};
		expect(letThrough("alerts.yaml", "alerts.yaml", free, used)).toEqual([]);
	});
});

test("the slips are all there are", () => {
	expect([...slipsOf("ab")].filter((slip) => slip.length === 1).sort()).toEqual(["a", "b"]);
	expect(slipsOf("ab")).toContain("ba");
	// 3 places x 27 letters, less the two doubles of aab and abb; 2 x 26 others; 2 shorter; 1 swap.
	expect(slipsOf("ab").size).toBe(3 * 27 - 2 + 2 * 26 + 2 + 1 - 0);
});
