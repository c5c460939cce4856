import { expect, test } from "vitest";
import { at, everyday, LONG_MS } from "../support/everyday.ts";

test("healthy nodes of all other types: for 24 hours nobody is told anything, and no check is in doubt", {
	timeout: LONG_MS,
}, async () => {
	await using day = await everyday(["inside"], ["automation", "deployer", "govern", "api", "fleet-manager"]);
	await day.until(at(24));
	expect(day.news()).toEqual([]);
	expect(day.story.transitions).toEqual([]);
	expect(day.unsure()).toEqual([]);
});
