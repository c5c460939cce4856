import { existsSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { answering, type HttpReceiver, httpReceiver } from "../support/http-receiver.ts";
import { aDss, configured, mustHoldNoSecret, type Running, run, SECRETS, start } from "../support/program.ts";

const HASTY =
	"- { use: get-configuration, every: 1s, retry_every: 1s, timeout: 900ms, fail_after: 1, recover_after: 1 }";
const KEY = ["design", "get-configuration"];

/** A DSS, a pager and a configuration that connects them. */
async function aHouse(route = "- to: [pager]", sections: readonly string[] = []) {
	const { url, faults } = await aDss();
	const pager: HttpReceiver = await httpReceiver(answering(204));
	onTestFinished(async () => {
		for (const { body } of pager.requests) mustHoldNoSecret(body);
		await pager.close();
	});
	const given = configured(url, {
		checks: [HASTY],
		channels: [`pager: { type: webhook, url: "http://127.0.0.1:${pager.port}/", secret: "\${HOOK_SECRET}" }`],
		routes: [route],
		sections,
	});
	const say = async (...words: readonly string[]) => await run([...words, "-c", given.file]);
	const told = () => pager.requests.map(({ body }) => JSON.parse(body).type.replace("alert.", ""));
	return { ...given, faults, pager, say, told };
}

/** Starts the daemon and waits until it can be talked to. */
async function daemon(file: string, store: string): Promise<Running> {
	const running = start(["run", "-c", file]);
	await running.until(/watching/);
	await until(() => existsSync(`${store}.sock`));
	return running;
}

async function until(isTrue: () => boolean, withinMs = 8_000): Promise<void> {
	const end = performance.now() + withinMs;
	while (!isTrue()) {
		if (performance.now() > end) throw new Error("it did not happen in time");
		await new Promise((resolve) => setTimeout(resolve, 30));
	}
}

/** A text without moments, spans, ids and ports, which differ from run to run. */
const timeless = (text: string) =>
	text
		.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "DAY TIME")
		.replace(/\b\d\d:\d\d:\d\d\b/g, "TIME")
		.replace(/\b\d+(?:\.\d+)? (?:ms|s|min)\b/g, "SPAN")
		.replace(/silence [a-z2-9]{4}\b/g, "silence ID")
		.replace(/\b\d+ × /g, "N × ");

test("a silence keeps a running daemon quiet, lets recoveries through, and when it ends the problem is told", async () => {
	const { file, store, faults, say, told } = await aHouse();
	const running = await daemon(file, store);

	const made = await say("silence", "add", "instance=design", "check=get-*", "--for", "2h", "--comment", "upgrade");
	expect(made).toMatchObject({ code: 0, stderr: "" });
	const id = /^silence ([a-z2-9]{4}) until /.exec(made.stdout)?.[1] ?? "";
	expect(made.stdout).toContain("quiet: design/get-configuration\n");
	await faults.set({ fault: "gateway" });
	await running.until(/nobody is told/);
	expect(told()).toEqual([]);
	expect((await say("silence", "list")).stdout).toMatch(
		new RegExp(`^${id} +in force .* instance=design check=get-\\* +\\w+ +upgrade$`, "m"),
	);
	const before = await say("explain", ...KEY);
	expect(before.stdout).toContain("no: silenced by");

	expect(await say("silence", "end", id)).toMatchObject({ code: 0, stdout: `silence ${id} has ended.\n` });
	await until(() => told().length === 1);
	expect(await say("silence", "end", id)).toMatchObject({
		code: 1,
		stderr: expect.stringContaining("has been over since"),
	});
	expect((await say("silence", "list")).stdout).toBe("No silence is in force.\n");
	expect(JSON.parse((await say("silence", "list", "--all", "--json")).stdout)).toMatchObject([{ id, in_force: false }]);

	// What was told before a silence is told to be over within it.
	const until14 = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z/, "Z");
	expect(
		(await say("silence", "add", "severity=critical", "--until", until14, "--comment", "again", "--author", "ada"))
			.code,
	).toBe(0);
	await faults.clear();
	await until(() => told().length === 2);
	expect(told()).toEqual(["firing", "resolved"]);

	const { stdout } = await say("explain", ...KEY, "--since", "10m");
	const login = /by (\S+): upgrade/.exec(stdout)?.[1];
	expect(
		timeless(stdout)
			.split("\n")
			.filter((line) => !line.includes("N × ")),
	).toEqual([
		"design/get-configuration from DAY TIME to DAY TIME UTC",
		"",
		`DAY TIME  silence ID (instance=design check=get-*) until DAY TIME by ${login}: upgrade`,
		"DAY TIME  FIRED critical: nginx up, DSS backend down or starting (1 bad sample)",
		`                     pager  muted TIME because: silenced by ${login}: upgrade, until TIME → queued TIME (fired) → sent TIME`,
		"DAY TIME  silence ID was ended",
		"DAY TIME  silence ID (severity=critical) until DAY TIME by ada: again",
		"DAY TIME  RESOLVED (1 good sample)",
		"                     pager  queued TIME (resolved) → sent TIME",
		"",
		expect.stringMatching(/^Now: ok since DAY TIME \(SPAN\)$/),
		expect.stringMatching(/^ {2}last look SPAN ago, ok: /),
		"There is nothing to tell.",
		"",
	]);
	expect(stdout).toMatch(/ \d+ × ok/);
	expect(stdout).toMatch(/ \d+ × critical/);

	running.process.kill("SIGTERM");
	expect((await running.ended).code).toBe(0);
	expect(existsSync(`${store}.sock`)).toBe(false);
}, 40_000);

test("an acknowledgement is told once and stops the reminders, not the end", async () => {
	const { file, store, faults, say, told } = await aHouse("- { to: [pager], repeat_every: 1s }");
	await daemon(file, store);
	expect(await say("ack", ...KEY, "--comment", "on it")).toMatchObject({
		code: 1,
		stderr: expect.stringContaining("no incident of design/get-configuration is open"),
	});
	await faults.set({ fault: "gateway" });
	await until(() => told().includes("reminder"));
	expect(await say("ack", ...KEY, "--comment", "on it", "--author", "ada")).toMatchObject({ code: 0, stderr: "" });
	await until(() => told().includes("acknowledged"));
	const heard = told().length;
	expect((await say("explain", ...KEY)).stdout).toMatch(/acknowledged [-\d: ]+ by ada: on it/);
	await new Promise((resolve) => setTimeout(resolve, 1_500));
	expect(told().slice(heard)).toEqual([]);
	await faults.clear();
	await until(() => told().at(-1) === "resolved");
}, 30_000);

test("where no daemon runs, the store is changed and the next run acts on it", async () => {
	const { faults, say, told, file } = await aHouse();
	const once = async () => (await run(["--once", "--quiet", "-c", file])).code;
	expect(await say("explain", ...KEY)).toMatchObject({
		code: 69,
		stderr: expect.stringContaining("nothing was watched yet"),
	});
	const { stdout, code } = await say("silence", "add", "instance=design", "--for", "1h", "--comment", "upgrade");
	expect(code).toBe(0);
	expect(stdout).toContain("No daemon runs on this store: the next run acts on it.");
	const id = /^silence (\S+)/.exec(stdout)?.[1] ?? "";
	await faults.set({ fault: "gateway" });
	expect([await once(), await once()]).toEqual([2, 2]);
	expect(told()).toEqual([]);
	// The mute lasts over both runs and is noted once.
	expect((await say("explain", ...KEY)).stdout.match(/muted/g)).toHaveLength(1);
	expect((await say("ack", ...KEY, "--comment", "on it")).code).toBe(0);
	expect((await say("silence", "end", id)).code).toBe(0);
	expect(await once()).toBe(2);
	expect(told()).toEqual(["firing"]);
}, 30_000);

test("a dead letter is listed, queued again under its id, and delivered", async () => {
	const { file, store, faults, pager, say } = await aHouse();
	pager.answer = answering(400, "no such key");
	await faults.set({ fault: "gateway" });
	const running = await daemon(file, store);
	await running.until(/NOT delivered/);
	const list = JSON.parse((await say("outbox", "list", "--dead", "--json")).stdout);
	expect(list).toMatchObject([{ state: "dead", channel: "pager", alerts: [{ key: "design/get-configuration" }] }]);
	expect((await say("explain", ...KEY)).stdout).toMatch(/pager {2}queued .* → DEAD .*refused: /);
	expect((await say("outbox", "replay", "nope")).code).toBe(1);
	expect((await say("outbox", "replay")).code).toBe(64);
	pager.answer = answering(204);
	expect(await say("outbox", "replay", "--all-dead")).toMatchObject({
		code: 0,
		stdout: `${list[0].id} to pager: queued again\n`,
	});
	await until(() => pager.requests.length === 2);
	const ids = pager.requests.map(({ headers }) => headers["webhook-id"]);
	expect(ids).toEqual([list[0].id, list[0].id]);
	await running.until(/"delivered"/);
	expect((await say("outbox", "list")).stdout).toBe("Nothing waits, nothing is dead.\n");
	expect((await say("explain", ...KEY)).stdout).toMatch(/→ DEAD .* → queued .* → sent /);
}, 30_000);

test("windows are shown with what they cover, and a slip in a match is refused with what was meant", async () => {
	const window =
		'maintenance: [{ name: sunday, match: { instance: design }, cron: "0 2 * * SUN", for: 2h, timezone: UTC }]';
	const { say } = await aHouse("- to: [pager]", [window]);
	const open = await say("maintenance", "--at", "2026-01-04T03:00Z");
	expect(open.stdout).toBe(
		[
			"At 2026-01-04 03:00:00 UTC 1 of 1 are open.",
			"",
			"sunday: OPEN until 2026-01-04 04:00:00 UTC",
			"  begins  0 2 * * SUN UTC, for 2 h",
			"  next    2026-01-11 02:00:00, 2026-01-18 02:00:00, 2026-01-25 02:00:00",
			"  covers  design/get-configuration",
			"",
		].join("\n"),
	);
	expect(JSON.parse((await say("maintenance", "--at", "2026-01-04T05:00Z", "--json")).stdout)).toMatchObject({
		windows: [{ name: "sunday", open: false, covers: ["design/get-configuration"] }],
	});
	const add = (...words: readonly string[]) => say("silence", "add", ...words, "--comment", `x ${SECRETS.DSS_KEY}`);
	const [slip, forced, long, endless] = await Promise.all([
		add("instance=desing", "--for", "2h"),
		add("instance=new", "--for", "2h", "--force"),
		add("instance=design", "--for", "31d"),
		add("instance=design"),
	]);
	expect(slip).toMatchObject({ code: 1, stdout: "" });
	expect(slip.stderr).toMatch(/did you mean "design"\?\nAdd --force/);
	expect(forced.stderr).toMatch(/^warning: it silences nothing now/);
	expect([long.code, endless.code]).toEqual([64, 64]);
	expect(endless.stderr).toContain("either --for 2h or --until");
	// The silence that was kept has made the store.
	const unknown = await say("explain", "design", "get-configuratoin");
	expect(unknown).toMatchObject({ code: 64, stdout: "" });
	expect(unknown.stderr).toMatch(
		/^there is no check design\/get-configuratoin; did you mean "design\/get-configuration"\?$/m,
	);
}, 30_000);
