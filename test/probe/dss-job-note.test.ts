import { describe, expect, test } from "vitest";
import type { ListedJob } from "../../src/dss/job-status.ts";
import { findOurs, type Note, noteBook, rememberJobs } from "../../src/probe/dss-job-note.ts";
import { savedNotes } from "../support/canary.ts";

const HOUR = 3_600_000;
const job = (id: string, fields: Partial<ListedJob> = {}): ListedJob => ({
	id,
	state: "DONE",
	isFinal: true,
	outputs: ["out"],
	triggeredFrom: "API",
	...fields,
});

describe("the job of a lost order", () => {
	const old = [job("young", { initiatedAt: 10 * HOUR }), job("old", { initiatedAt: HOUR })];
	const before = rememberJobs(old);

	test("is none of those that were there, even when a clean-up moves older ones into the list", () => {
		expect(findOurs([...old, job("older", { initiatedAt: HOUR / 2 })], "out", before)).toBeUndefined();
	});

	test("is found although DSS's clock was set back a little since", () => {
		const ours = job("ours", { initiatedAt: 10 * HOUR - 60_000 });
		expect(findOurs([...old, ours], "out", before)).toBe(ours);
	});

	test("only young jobs are remembered by name", () => {
		expect(before).toEqual({ since: 10 * HOUR - 300_000, known: ["young"] });
	});

	test("is found in a list without times and outputs by the documented form of its id", () => {
		const flat = (id: string): ListedJob => ({ id, state: "RUNNING", isFinal: false });
		const ours = flat("Build_out_2026-01-05T08-00-00.000");
		const known = rememberJobs([flat("Build_out_2026-01-05T07-00-00.000")]);
		expect(findOurs([ours, flat("Build_out_2026-01-05T07-00-00.000"), flat("sched_build_x")], "out", known)).toBe(ours);
		expect(findOurs([flat("Build_out2_2026-01-05T08-00-00.000")], "out", known)).toBeUndefined();
	});

	test.each([
		["builds another output", { outputs: ["other"] }],
		["came from a scenario", { triggeredFrom: "SCENARIO" }],
	])("is none that %s", (_, fields) => {
		expect(findOurs([job("x", { initiatedAt: 11 * HOUR, ...fields })], "out", before)).toBeUndefined();
	});

	test("is the unfinished one, then the newest", () => {
		const [newest, running] = [job("newest"), job("running", { isFinal: false })];
		expect(findOurs([newest, running], "out", before)).toBe(running);
		expect(findOurs([newest, job("second")], "out", before)).toBe(newest);
	});
});

describe("the note", () => {
	const notes: readonly Note[] = [
		{ phase: "starting", at: 1, before: { since: 2, known: ["a"] } },
		{ phase: "running", at: 1, id: "a" },
		{ phase: "ended", at: 1, id: "a", state: "DONE" },
		{ phase: "ended", at: 1, state: "no job was made" },
	];
	test.each(notes)("$phase comes back as it was written", (note) => {
		const saved = savedNotes();
		noteBook(saved, "k").write(note);
		expect(noteBook(savedNotes(saved.disk), "k").read()).toEqual(note);
	});

	test.each(["", "{", "[]", '{"phase": "flying"}', '{"phase": "running", "at": 1}'])("%s counts as none", (text) => {
		expect(noteBook(savedNotes(new Map([["k", text]])), "k").read()).toBeUndefined();
	});
});
