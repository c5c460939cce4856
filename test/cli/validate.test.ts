import { expect, test } from "vitest";
import { configured, run } from "../support/program.ts";

const DEPTHS = [
	"- get-configuration",
	"- public-api",
	"- { use: canary-job, with: { project: DKU_MONITORING, output: canary_out } }",
];

test("a good configuration is shown check by check, with the longest time from outage to page", async () => {
	const { file } = configured("http://127.0.0.1:1", {
		checks: DEPTHS,
		channels: ["pager: { type: webhook, url: http://127.0.0.1:1/ }"],
		routes: ["- { match: { check: get-configuration }, to: [pager], group_by: [instance], group_wait: 20s }"],
	});
	const { code, stdout } = await run(["validate", "-c", file]);
	expect(code).toBe(0);
	const rows = stdout.split("\n").map((line) => line.trim().split(/ {2,}/));
	expect(rows[0]).toEqual([
		"CHECK",
		"KIND",
		"LOOKS",
		"TIMEOUT",
		"BAD LOOKS",
		"OUTAGE TO PAGE",
		"TOLD",
		"QUIET WHILE FIRING",
	]);
	// 30 s until the next look, 10 s for it, two more of 10 s, and 20 s for the group.
	expect(rows[1]).toEqual([
		"design/get-configuration",
		"http",
		"every 30 s",
		"10 s",
		"3",
		"at most 1 min 20 s",
		"pager",
		"-",
	]);
	expect(rows[2]?.at(-2)).toBe("nobody");
	expect(rows[2]?.at(-1)).toBe("design/get-configuration");
	expect(stdout.trimEnd().split("\n").at(-1)).toBe(`${file}: good. 3 checks on 1 instance, 1 channel.`);
});

test("the same as JSON is one document with times in ms", async () => {
	const { file } = configured("http://127.0.0.1:1");
	const { code, stdout, stderr } = await run(["validate", "--json", "-c", file]);
	expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
	expect(JSON.parse(stdout)).toMatchObject({
		ok: true,
		checks: [{ key: "design/get-configuration", kind: "http", outageToPageMs: 60_000, failAfter: 3 }],
	});
});

test("all mistakes are told at once, each with its place, and nothing is started", async () => {
	const { file, write } = configured("");
	write(
		[
			"instances:",
			'  design: { url: ftp://dss, api_kye: "${DSS_KEY}" }',
			"checks: [get-confguration]",
			"chanels: {}",
			"routes: [{ to: [pager] }]",
			"",
		].join("\n"),
	);
	const verbs = [["validate"], ["run"], ["--once"], ["test-notify"]];
	for (const { code, stdout, stderr } of await Promise.all(verbs.map((verb) => run([...verb, "-c", file])))) {
		expect({ code, stdout }).toEqual({ code: 78, stdout: "" });
		expect(stderr).toMatch(/alerts\.yaml:2:\d+: .*api_kye/);
		expect(stderr).toMatch(/alerts\.yaml:4:1: unknown key "chanels"/);
		expect(stderr).toContain('did you mean "channels"?');
		expect(stderr).toMatch(/alerts\.yaml:5:\d+: unknown channel "pager"/);
		expect(stderr).toMatch(/\d+ problems in .* nothing was started/);
	}
	const { code, stdout, stderr } = await run(["validate", "--json", "-c", file]);
	expect({ code, stderr }).toEqual({ code: 78, stderr: "" });
	const { ok, problems } = JSON.parse(stdout);
	expect(ok).toBe(false);
	expect(problems.length).toBeGreaterThanOrEqual(4);
});

test("a variable that is not set is an error that names it", async () => {
	const { file } = configured("${NOWHERE_SET}");
	const { code, stderr } = await run(["validate", "-c", file]);
	expect(code).toBe(78);
	expect(stderr).toContain("NOWHERE_SET");
});

test("options may stand before the verb or after it", async () => {
	const { file } = configured("http://127.0.0.1:1");
	const words = [
		["-c", file, "validate"],
		["validate", "-c", file],
		["-c", "nowhere.yaml", "validate", "-c", file],
	];
	for (const { code, stdout } of await Promise.all(words.map((args) => run(args)))) {
		expect(code).toBe(0);
		expect(stdout).toContain(`${file}: good.`);
	}
	const before = await Promise.all([
		run(["-c", file, "run", "--once", "--json"]),
		run(["-c", file, "zabbix", "get", "design", "get-configuration", "cause", "--deadline", "20s"]),
	]);
	expect(before.map(({ code, stdout }) => [code, stdout.includes("connection_refused")])).toEqual([
		[2, true],
		[0, true],
	]);
});
