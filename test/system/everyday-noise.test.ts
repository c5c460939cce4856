import { expect, test } from "vitest";
import { at, everyday, LONG_MS } from "../support/everyday.ts";

const MINUTE_MS = 60_000;
const GB = 1_000_000_000;

/**
 * What an administrator wants to hear of such a day: the scenario that ended with a warning, and that it went through the
 * next time; and, as a note of severity info, that the node was restarted. The load of the night, a slow quarter of an hour in
 * the morning, a canary that failed once, kernels that are culled in the evening, a rotated log, a growing backup and what a
 * restart breaks for two minutes are no news.
 */
test("a day with the usual noise: only the scenario with a warning and the restart are told", {
	timeout: LONG_MS,
}, async () => {
	// The scenario of the canary would take the one warning for itself.
	await using day = await everyday(["inside", "host"], [], ["canary-scenario"]);
	const { story, host } = day;
	const { faults } = story;

	// The load of the night: jobs wait, the machine works, the log is noisy, temporary files come and go.
	await day.until(at(1));
	host.load = 24;
	host.available = 9 * GB;
	await faults.set({ fault: "job_queued", for_ms: 12_000 });
	await day.until(at(2));
	for (let minute = 1; minute <= 30; minute++) {
		host.backup("dss-6.tar.gz", 3_340 * minute);
		host.used += GB;
		host.log("ERROR", "Recipe failed", "Cannot read table", "Connection reset");
		await day.until(at(2, minute));
	}
	await day.until(at(3));
	host.rotate();
	await day.until(at(4));
	Object.assign(host, { load: 3, available: 30 * GB, used: host.used - 29 * GB });

	await day.until(at(9));
	await faults.set({ fault: "slow", ms: 1_600, for_ms: 15 * MINUTE_MS });
	await day.until(at(10));
	await faults.set({ fault: "slow", ms: 3_000, times: 2, path: "/dip/api/get-configuration" });

	await day.until(at(11));
	await faults.set({ fault: "kernels", count: 3, per_minute: 0.015, idle_hours: 0 });
	await faults.set({ fault: "job_fails", times: 1 });
	await day.until(at(13));
	expect(day.news()).toEqual([]);

	await faults.set({ fault: "scenario_outcome", outcome: "WARNING", times: 1 });
	await day.until(at(16));
	expect(day.news()).toEqual([
		"alert.firing WARNING loads/scenarios: scenario ended with a warning [scenario_warning]",
		expect.stringMatching(/^alert\.resolved RESOLVED loads\/scenarios after /),
	]);

	// The restart in its window, at night; the kernels end with it.
	await day.until(at(22, 10));
	await faults.clear("kernels");
	host.stopBackend();
	await faults.set({ fault: "restart", down_ms: 120_000 });
	await day.until(at(22, 12));
	await faults.clear("restart");
	host.startBackend();
	await day.until(at(24));
	expect(day.news()).toEqual([expect.stringMatching(/^instance\.changed NOTE design was restarted /)]);
	expect(day.unsure()).toEqual([]);
});
