import { expect, test } from "vitest";
import * as z from "zod";
import { fleetingNotes, recall } from "../../src/probe/recall.ts";

const shape = z.record(z.string(), z.number());

test("a note comes back as it was kept, and is gone once it is taken back", () => {
	const notes = fleetingNotes();
	expect(recall(notes, "a", shape)).toBeUndefined();
	notes.set("a", JSON.stringify({ x: 1 }));
	expect(recall(notes, "a", shape)).toEqual({ x: 1 });
	expect(recall(notes, "b", shape)).toBeUndefined();
	notes.set("a", undefined);
	expect(recall(notes, "a", shape)).toBeUndefined();
});

test.each(["", "{", "[1]", "7", '{"x":"one"}', "null"])("a note that reads %j counts as none", (text) => {
	const notes = fleetingNotes();
	notes.set("a", text);
	expect(recall(notes, "a", shape)).toBeUndefined();
});
