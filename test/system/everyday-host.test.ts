import { expect, test } from "vitest";
import { at, everyday, LONG_MS } from "../support/everyday.ts";

test("a healthy host, hub and workers: for 24 hours nobody is told anything, and no check is in doubt", {
	timeout: LONG_MS,
}, async () => {
	await using day = await everyday(["host", "feeds"]);
	await day.until(at(2));
	// The nightly backup grows for half an hour.
	for (let part = 1; part <= 3; part++) {
		day.host.backup("dss-6.tar.gz", 33_400 * part);
		await day.until(at(2, 10 * part));
	}
	await day.until(at(24));
	expect(day.news()).toEqual([]);
	expect(day.story.transitions).toEqual([]);
	expect(day.unsure()).toEqual([]);
});
