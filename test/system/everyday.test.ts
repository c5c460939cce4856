import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { at, EVERYDAY, everyday, LONG_MS } from "../support/everyday.ts";

const SHIPPED = resolve(import.meta.dirname, "../../checks");

/** Check files that no story here can serve, with the reason. */
const LEFT_OUT: Readonly<Record<string, string>> = {};

test("every shipped check is in the story, or is named with the reason why not", () => {
	const shipped = readdirSync(SHIPPED).map((name) => name.replace(/\.yaml$/, ""));
	expect([...Object.keys(EVERYDAY), ...Object.keys(LEFT_OUT)].toSorted()).toEqual(shipped.toSorted());
});

test("a healthy design node: for 24 hours nobody is told anything, and no check is in doubt", {
	timeout: LONG_MS,
}, async () => {
	await using day = await everyday(["inside"]);
	await day.until(at(24));
	expect(day.news()).toEqual([]);
	expect(day.story.transitions).toEqual([]);
	expect(day.unsure()).toEqual([]);
});
