import { expect, test } from "vitest";
import { formatProblems } from "../../src/config/problems.ts";
import { loadTimeline } from "../../src/config/timeline.ts";
import { memoryDisk } from "../support/config.ts";
import { configOf } from "../support/rehearsal.ts";

const config = configOf();
const load = (text: string) => loadTimeline("t.yaml", [config], { env: {}, disk: memoryDisk({ "t.yaml": text }) });

function refusal(text: string): string {
	const loaded = load(text);
	if (loaded.ok) throw new Error("it was taken");
	return formatProblems(loaded.problems);
}

test("a timeline is read with its moments and its defaults", () => {
	const loaded = load(
		"for: 2d\nevents:\n  - { at: +90m, for: 5m, instance: design, status: 502 }\n" +
			"  - { at: 2026-01-06T09:00+01:00, check: design/public-api, latency: 3s }\n",
	);
	expect(loaded).toMatchObject({
		ok: true,
		timeline: {
			from: Date.UTC(2026, 0, 5, 8),
			for: 172_800_000,
			events: [
				{ at: { after: 5_400_000 }, for: 300_000, instance: "design", status: 502 },
				{ at: { moment: Date.UTC(2026, 0, 6, 8) }, check: "design/public-api", latency: 3_000 },
			],
		},
	});
});

test.each([
	[
		"for: 1d\nevents: [{ at: +1h, instance: desing, status: 502 }]",
		't.yaml:2:31: the configuration has no instance "desing"',
		'did you mean "design"?',
	],
	["for: 1d\nevents: [{ at: +1h, check: design/nothing, status: 502 }]", 'no check "design/nothing"', "there are:"],
	["for: 1d\nevents: [{ at: +1h, dead_channel: pgaer }]", 'no channel "pgaer"', 'did you mean "pager"?'],
	["for: 1d\nevents: [{ at: +1h, ack: design/publicapi }]", 'no check "design/publicapi"', "did you mean"],
	["for: 1d\nusual: { design/x: { status: 200 } }", 'no check "design/x"', "there are:"],
	["for: 1d\nevents: [{ att: +1h, instance: design, status: 502 }]", 'unknown key "att"', 'did you mean "at"?'],
	["for: 1d\nevents: [{ at: 1h, instance: design, status: 502 }]", '"at" is neither +2h30m', ""],
	[
		"for: 1d\nevents: [{ at: +1h, instance: design, fault: job_faild }]",
		'"fault" is none of the values',
		'did you mean "job_failed"?',
	],
	["for: 1d\nevents: [{ at: +1h, instance: design }]", "needs one of status, latency, fault, values", ""],
	["for: 1d\nevents: [{ at: +1h, status: 502 }]", "needs one of instance, check, dead_channel", ""],
	["for: 1d\nevents: [{ at: +1h, dead_channel: pager, status: 502 }]", '"status" goes with instance or check only', ""],
	["for: 1d\nevents: [{ at: +1h, silence: {} }]", "needs for: how long the silence lasts", ""],
	["for: 1d\nevents: [{ at: +1h, times: 3, instance: design, status: 502 }]", '"times" goes with every only', ""],
	["for: 1d\nevents: [{ at: +1h, every: 1h, instance: design, status: 502 }]", "needs for: how long each lasts", ""],
	["events: []", '"for" is missing', ""],
	["for: [1d", "is no YAML", ""],
])("%s is refused, with the place and what to do", (text, message, hint) => {
	const refused = refusal(text);
	expect(refused).toContain(message);
	expect(refused).toContain(hint);
});

test("a file that is not there is refused", () => {
	const loaded = loadTimeline("nowhere.yaml", [config], { env: {} });
	expect(loaded).toMatchObject({ ok: false, problems: [{ message: expect.stringContaining("no such file") }] });
});

test("a file that a timeline names is looked for beside it, as in every other file", () => {
	const files = { "/etc/p/t.yaml": "for: ${file:length}\nevents: []\n", "/etc/p/length": "2d\n" };
	const loaded = loadTimeline("/etc/p/t.yaml", [config], { env: {}, disk: memoryDisk(files) });
	expect(loaded).toMatchObject({ ok: true, timeline: { for: 172_800_000 } });
});
