import { expect, test } from "vitest";
import { createKin } from "../../src/dispatch/kin.ts";

const related = (key: string, ...parents: string[]) => ({
	key,
	parents,
	instance: { name: key.split("/")[0] as string },
});

const kin = createKin([
	related("lb/up"),
	related("a/nginx", "lb/up"),
	related("a/front", "a/nginx"),
	related("a/api", "a/front"),
	related("a/job", "a/api", "a/front"),
	related("a/disk"),
	related("b/front", "lb/up"),
	related("b/job", "a/job"),
]);

test("descendants are children, theirs and so on, nearest first, each once", () => {
	expect(kin.descendants("a/front")).toEqual(["a/api", "a/job", "b/job"]);
	expect(kin.descendants("lb/up")).toEqual(["a/nginx", "b/front", "a/front", "a/api", "a/job", "b/job"]);
	expect(kin.descendants("a/disk")).toEqual([]);
	expect(kin.descendants("nobody")).toEqual([]);
});

test("the family is the line up and down on the own instance, with the check itself", () => {
	expect(kin.family("a/api")).toEqual(["a/api", "a/front", "a/nginx", "a/job"]);
	expect(kin.family("lb/up")).toEqual(["lb/up"]);
	expect(kin.family("a/disk")).toEqual(["a/disk"]);
});

test("a parent that is not watched, and even a circle, do no harm", () => {
	const odd = createKin([related("a/x", "a/gone", "a/y"), related("a/y", "a/x")]);
	expect(odd.descendants("a/x")).toEqual(["a/y", "a/x"]);
	expect(odd.family("a/x")).toContain("a/y");
	expect(odd.family("a/x")).not.toContain("a/gone");
});
