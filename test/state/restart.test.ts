import { describe, expect, test } from "vitest";
import { noticeRestart } from "../../src/state/restart.ts";

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 0, 5, 8);
const seen = { version: "14.3.1" };

describe("a restart or upgrade", () => {
	test.each([
		["the first sample is no news", undefined, { dss_version: "14.3.1" }, undefined],
		["the same version is no news", seen, { dss_version: "14.3.1" }, undefined],
		["no version is no news", seen, { status: 502 }, undefined],
		["an upgrade", seen, { dss_version: "14.4.0" }, "design was upgraded from DSS 14.3.1 to 14.4.0"],
		[
			"a downgrade, by numbers and not by letters",
			{ version: "14.10.0" },
			{ dss_version: "14.9.2" },
			"design was downgraded from DSS 14.10.0 to 14.9.2",
		],
		[
			"another start",
			{ started: NOW / 1_000 - 9_000 },
			{ started: NOW / 1_000 - 90 },
			"design was restarted 1 min 30 s ago",
		],
		["a start that only drifts by a second", { started: 1_000 }, { started: 1_001 }, undefined],
		[
			"another process on the host",
			{ started: 5_000, processStarted: NOW / 1_000 - 9_000 },
			{ backend_restarted_at: NOW / 1_000 - 20 },
			"design was restarted 20 s ago",
		],
		[
			"a process that began some seconds before DSS called itself started",
			{ started: 1_040 },
			{ backend_restarted_at: 1_000 },
			undefined,
		],
	])("%s", (_name, before, values, note) => {
		expect(noticeRestart(before, "design", values, NOW)?.note).toBe(note);
	});

	test("noticed by its process is not told again by the start that DSS names later", () => {
		const before = { started: 1_000, processStarted: 960 };
		const first = noticeRestart(before, "design", { backend_restarted_at: NOW / 1_000 - 30 }, NOW);
		expect(first?.note).toBeDefined();
		const second = noticeRestart(first?.memory, "design", { started: NOW / 1_000 + 10 }, NOW + MINUTE);
		expect(second?.note).toBeUndefined();
		expect(noticeRestart(second?.memory, "design", { backend_restarted_at: NOW / 1_000 - 31 }, NOW)).toBeUndefined();
	});

	test("gives ten minutes; a second one within them is neither told nor does it extend them", () => {
		const first = noticeRestart(seen, "design", { dss_version: "14.4.0" }, NOW);
		expect(first?.memory.grace?.until).toBe(NOW + 10 * MINUTE);
		const second = noticeRestart(first?.memory, "design", { dss_version: "14.4.1" }, NOW + 9 * MINUTE);
		expect(second?.note).toBeUndefined();
		expect(second?.memory.version).toBe("14.4.1");
		expect(second?.memory.grace?.until).toBe(NOW + 10 * MINUTE);
		const later = noticeRestart(second?.memory, "design", { dss_version: "14.4.2" }, NOW + 11 * MINUTE);
		expect(later?.memory.grace?.until).toBe(NOW + 21 * MINUTE);
	});
});
