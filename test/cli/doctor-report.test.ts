import { expect, test } from "vitest";
import { closingLine, exitOf, jsonReport, report } from "../../src/cli/doctor-report.ts";
import type { Terminal } from "../../src/cli/terminal.ts";
import { critical, type Finding, ok, skipped, warning } from "../../src/examine/examination.ts";
import type { Result } from "../../src/examine/round.ts";

const terminal = (isPerson: boolean, width = 80): Terminal => ({
	out() {},
	err() {},
	isPerson,
	width,
	paint: (style, text) => (isPerson && style !== "dim" && style !== "strong" ? `<${style}>${text}</>` : text),
});

const result = (section: string, examination: string, ...findings: readonly Finding[]): Result => ({
	section,
	examination,
	findings,
});

const RESULTS = [
	result("this machine", "Node", ok("dss-probe 0.1.0 on Node 24.3.0")),
	result(
		"this machine",
		"clock",
		critical(
			"this machine is 1 h behind design, automation, which agree: this machine's clock is off",
			"Let NTP set it: timedatectl set-ntp true. Until then times in messages are wrong.",
		),
		warning("c is 7 s ahead of design: the clock of c is off", "On that host: timedatectl set-ntp true."),
	),
	result("instance design", "name", critical("host name not found in DNS", "Check it.")),
	result("instance design", "TLS", { level: "skipped", seen: "not examined, because of: name", because: "name" }),
	result("instance design", "backend", { level: "skipped", seen: "not examined, because of: name", because: "name" }),
	result("front ends", "systemd", skipped("no unit starts dss-probe")),
	result("front ends", "canary A_LONG_PROJECT/with_an_output", ok("there")),
];

test("for a person each section is a block, broken to the width of the terminal", () => {
	expect(report(RESULTS, terminal(true)).split("\n")).toEqual([
		"this machine",
		"  <good>OK        </>Node            dss-probe 0.1.0 on Node 24.3.0",
		"  <bad>CRITICAL  </>clock           this machine is 1 h behind design, automation, which",
		"                            agree: this machine's clock is off",
		"                            → Let NTP set it: timedatectl set-ntp true. Until",
		"                              then times in messages are wrong.",
		"  <warn>WARNING   </>                c is 7 s ahead of design: the clock of c is off",
		"                            → On that host: timedatectl set-ntp true.",
		"",
		"instance design",
		"  <bad>CRITICAL  </>name            host name not found in DNS",
		"                            → Check it.",
		"  -                         not examined because of that: TLS, backend",
		"",
		"front ends",
		"  -         systemd         no unit starts dss-probe",
		"  <good>OK        </>canary A_LONG_PROJECT/with_an_output",
		"                            there",
	]);
});

test("for a pipe nothing is broken, so that grep finds whole findings", () => {
	const lines = report(RESULTS, terminal(false)).split("\n");
	expect(lines[2]).toBe(
		"  CRITICAL  clock           this machine is 1 h behind design, automation, which agree: this machine's clock is off",
	);
	expect(lines.at(-1)).toBe("  OK        canary A_LONG_PROJECT/with_an_output  there");
});

test("what a server says cannot start a line or colour the terminal", () => {
	const text = report([result("a", "b", warning("x\u001b[31m\ny", "z\r\nw"))], terminal(false));
	expect(text).toBe("a\n  WARNING   b  x [31m y\n               → z w");
});

test("the closing line counts, and says what was done to the world", () => {
	expect(closingLine(RESULTS, 3_210, false, terminal(false))).toBe(
		"Critical: this machine, clock; instance design, name.\n2 critical, 1 warning, 2 ok, 3 not examined, in 3.2 s. Nothing was sent, nothing was changed.",
	);
	expect(closingLine([], 3_210, true, terminal(false))).toBe(
		"0 ok, in 3.2 s. One message was sent over each channel, nothing was changed.",
	);
});

test.each<[readonly Finding[], number]>([
	[[], 0],
	[[skipped("x"), ok("y")], 0],
	[[ok("y"), warning("x", "do")], 1],
	[[critical("y", "do"), warning("x", "do")], 2],
])("the exit code is that of the worst finding: %j", (findings, code) => {
	expect(exitOf([result("a", "b", ...findings)])).toBe(code);
});

test("as JSON every finding has the same members", () => {
	const report = jsonReport([result("a", "b", ok("x"), warning("y", "do"))], []);
	expect(report).toEqual({
		level: "warning",
		findings: [
			{ section: "a", examination: "b", level: "ok", seen: "x", todo: null },
			{ section: "a", examination: "b", level: "warning", seen: "y", todo: "do" },
		],
		problems: [],
	});
});
