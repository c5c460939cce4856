import { describe, expect, test } from "vitest";
import type { ListedJob } from "../../../src/dss/job-status.ts";
import { listed } from "../../../src/probe/canary/dss-job-work.ts";
import { findOurs, type Note, noteBook, remember } from "../../../src/probe/canary/note.ts";
import { savedNotes } from "../../support/canary.ts";

const HOUR = 3_600_000;
const job = (id: string, fields: Partial<ListedJob> = {}): ListedJob => ({
	id,
	state: "DONE",
	isFinal: true,
	outputs: ["out"],
	triggeredFrom: "API",
	...fields,
});

const rows = (jobs: readonly ListedJob[]) => jobs.map((one) => listed(one, "out"));
const rememberJobs = (jobs: readonly ListedJob[]) => remember(rows(jobs));
const foundIn = (jobs: readonly ListedJob[], before: ReturnType<typeof remember>) => findOurs(rows(jobs), before)?.id;

describe("the job of a lost order", () => {
	const old = [job("young", { initiatedAt: 10 * HOUR }), job("old", { initiatedAt: HOUR })];
	const before = rememberJobs(old);

	test("is none of those that were there, even when a clean-up moves older ones into the list", () => {
		expect(foundIn([...old, job("older", { initiatedAt: HOUR / 2 })], before)).toBeUndefined();
	});

	test("is found although DSS's clock was set back a little since", () => {
		const ours = job("ours", { initiatedAt: 10 * HOUR - 60_000 });
		expect(foundIn([...old, ours], before)).toBe(ours.id);
	});

	test("only young jobs are remembered by name", () => {
		expect(before).toEqual({ since: 10 * HOUR - 300_000, known: ["young"] });
	});

	test("is found in a list without times and outputs by the documented form of its id", () => {
		const flat = (id: string): ListedJob => ({ id, state: "RUNNING", isFinal: false });
		const ours = flat("Build_out_2026-01-05T08-00-00.000");
		const known = rememberJobs([flat("Build_out_2026-01-05T07-00-00.000")]);
		expect(foundIn([ours, flat("Build_out_2026-01-05T07-00-00.000"), flat("sched_build_x")], known)).toBe(ours.id);
		expect(foundIn([flat("Build_out2_2026-01-05T08-00-00.000")], known)).toBeUndefined();
	});

	test.each([
		["builds another output", { outputs: ["other"] }],
		["came from a scenario", { triggeredFrom: "SCENARIO" }],
	])("is none that %s", (_, fields) => {
		expect(foundIn([job("x", { initiatedAt: 11 * HOUR, ...fields })], before)).toBeUndefined();
	});

	test("is the unfinished one, then the newest", () => {
		const [newest, running] = [job("newest"), job("running", { isFinal: false })];
		expect(foundIn([newest, running], before)).toBe(running.id);
		expect(foundIn([newest, job("second")], before)).toBe(newest.id);
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
