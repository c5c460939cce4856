import { expect, test } from "vitest";
import { at, everyday, LONG_MS } from "../support/everyday.ts";

test("a healthy host, hub and workers: for 24 hours nobody is told anything, and no check is in doubt", {
	timeout: LONG_MS,
}, async () => {
	await using day = await everyday(["host", "feeds"]);
	await day.until(at(2));
	// The nightly backup grows for half an hour.
	for (let minute = 1; minute <= 30; minute++) {
		day.host.backup("dss-6.tar.gz", 3_340 * minute);
		await day.until(at(2, minute));
	}
	await day.until(at(24));
	expect(day.news()).toEqual([]);
	expect(day.story.transitions).toEqual([]);
	expect(day.unsure()).toEqual([]);
});
