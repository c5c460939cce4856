import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { openSqlite } from "../../src/store/sqlite.ts";
import { configured, run } from "../support/program.ts";

const OUTAGE = "for: 1d\nevents:\n  - { at: +2h, for: 10m, instance: design, status: 502 }\n";
const CHANNELS = ['pager: { type: webhook, url: "http://127.0.0.1:9/" }'];
const NOWHERE = "http://127.0.0.1:9";

function aRehearsal(timeline = OUTAGE) {
	const { folder, file, store } = configured(NOWHERE, {
		checks: ["- get-configuration", "- public-api"],
		channels: CHANNELS,
		routes: ["- to: [pager]"],
	});
	const script = join(folder, "timeline.yaml");
	writeFileSync(script, timeline);
	return { folder, file, store, script };
}

test("the messages that would leave are printed one to a line, with a summary, and nothing leaves", async () => {
	const { file, script } = aRehearsal();
	const { code, stdout, stderr } = await run(["rehearse", "-c", file, "--timeline", script]);
	expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
	const [first, second, , summary] = stdout.split("\n");
	expect(first).toMatch(/^2026-01-05T10:0\d:\d\dZ {2}pager {2}alert\.firing {2}CRITICAL design\/get-configuration: /);
	expect(second).toMatch(/^2026-01-05T10:1\d:\d\dZ {2}pager {2}alert\.resolved {2}RESOLVED design\/get-configuration /);
	expect(summary).toBe("1 page among 2 messages in 1 d from 2026-01-05T08:00:00Z on");
	expect(stdout).toMatch(/not told because of\n +\d+ {2}parent design\/get-configuration/);
});

test("--json prints one document", async () => {
	const { file, script } = aRehearsal();
	const { stdout } = await run(["rehearse", "-c", file, "--timeline", script, "--json"]);
	expect(JSON.parse(stdout)).toMatchObject({
		messages: [
			{ channel: "pager", type: "alert.firing", alerts: ["design/get-configuration"] },
			{ channel: "pager", type: "alert.resolved" },
		],
		summary: { messages: 2, pages: 1, pagesByChannel: { pager: 1 }, open: [] },
	});
});

test("--against shows the pages that another configuration adds and removes", async () => {
	const { file, script } = aRehearsal(`${OUTAGE}  - { at: +5h, for: 32s, instance: design, status: 502 }\n`);
	const hasty = configured(NOWHERE, {
		checks: ["- { use: get-configuration, fail_after: 1 }"],
		channels: CHANNELS,
		routes: ["- to: [pager]"],
	});
	const there = await run(["rehearse", "-c", file, "--timeline", script, "--against", hasty.file]);
	expect(there.stdout).toMatch(
		/^\+ 2026-01-05T13:0.*design\/get-configuration.*\n\n.*1 page more, 0 less; 2 instead of 1/,
	);
	const back = await run(["rehearse", "-c", hasty.file, "--timeline", script, "--against", file]);
	expect(back.stdout).toMatch(/^- 2026-01-05T13:0/);
	const same = await run(["rehearse", "-c", file, "--timeline", script, "--against", file]);
	expect(same.stdout).toContain("0 pages more, 0 less");
});

test("--history leads the kept samples through the configuration", async () => {
	const { file, store: path } = aRehearsal();
	const store = openSqlite(path);
	const now = Date.now();
	const samples = Array.from({ length: 120 }, (_, index) => {
		const isBad = index >= 40 && index < 60;
		const values = { status: isBad ? 502 : 200, latency: 0.05 };
		const sample = { startedAt: now - (120 - index) * 30_000, durationMs: 50, values };
		return { key: "design/get-configuration", level: isBad ? ("critical" as const) : ("ok" as const), sample };
	});
	store.keep(samples);
	store.close();
	const { code, stdout } = await run(["rehearse", "-c", file, "--history", "--since", "2h"]);
	expect(code).toBe(0);
	expect(stdout).toMatch(/alert\.firing {2}CRITICAL design\/get-configuration.*\n.*alert\.resolved/);
	expect(stdout).toContain("1 page among 2 messages in 2 h");
	const early = await run(["rehearse", "-c", file, "--history", "--since", "10m"]);
	expect(early.stdout).toContain("0 pages among 0 messages");
});

test("--history writes nothing into the store of a daemon that is another version, and says so", async () => {
	const { file, store: path } = aRehearsal();
	openSqlite(path).close();
	const before = new DatabaseSync(path);
	before.exec("PRAGMA journal_mode = DELETE; PRAGMA user_version = 1");
	before.close();
	const bytes = readFileSync(path);
	const { code, stderr } = await run(["rehearse", "-c", file, "--history"]);
	expect(code).toBe(69);
	expect(stderr).toContain("was written by another version of dss-probe (structure 1, known here ");
	expect(readFileSync(path).equals(bytes)).toBe(true);
	expect(existsSync(`${path}-wal`)).toBe(false);
});

test("what is asked wrongly is refused", async () => {
	const { file, script } = aRehearsal("for: 1d\nevents: [{ at: +1h, instance: desing, status: 502 }]\n");
	const wrong = await run(["rehearse", "-c", file, "--timeline", script]);
	expect(wrong.code).toBe(78);
	expect(wrong.stderr).toMatch(
		/timeline\.yaml:2:\d+: the configuration has no instance "desing"[\s\S]*did you mean "design"/,
	);
	expect(await run(["rehearse", "-c", file])).toMatchObject({ code: 64 });
	expect(await run(["rehearse", "-c", file, "--timeline", script, "--history"])).toMatchObject({ code: 64 });
	const none = await run(["rehearse", "-c", file, "--history"]);
	expect(none).toMatchObject({ code: 78, stderr: expect.stringContaining("there is no history") });
});
