import fc from "fast-check";
import { expect, test } from "vitest";
import { rehearse } from "../../src/app/rehearse.ts";
import type { Rehearsal } from "../../src/app/rehearse-stage.ts";
import { MONDAY_MORNING } from "../support/clock.ts";
import { configOf, type Given, timelineOf } from "../support/rehearsal.ts";

async function played(given: Given, lasting: string, ...events: string[]): Promise<Rehearsal> {
	const config = configOf(given);
	return rehearse(config, timelineOf(config, lasting, events));
}

const toldIn = ({ messages }: Rehearsal) =>
	messages.map(({ at, message: { channel, type, alerts } }) => {
		const minute = Math.floor((at - MONDAY_MORNING) / 60_000);
		return `${minute} min: ${channel} ${type} ${alerts.map(({ key }) => key).join(" + ")}`;
	});

test("an outage of an instance is one page about its backend, and one recovery", async () => {
	const rehearsal = await played({}, "1d", "at: +2h, for: 10m, instance: design, status: 502");
	expect(toldIn(rehearsal)).toEqual([
		"120 min: pager alert.firing design/get-configuration",
		"130 min: pager alert.resolved design/get-configuration",
	]);
	expect(rehearsal.open).toEqual([]);
	expect(rehearsal.muted.map(({ key }) => key)).toContain("design/public-api");
});

test("what comes again comes again, as often as the timeline says", async () => {
	const rehearsal = await played(
		{},
		"7d",
		"at: +1h, for: 5m, every: 1d, times: 3, check: design/get-configuration, fault: connection_refused",
	);
	expect(toldIn(rehearsal).filter((line) => line.includes("firing"))).toHaveLength(3);
});

test("a dead channel hears of everything when it is back, and its fallback takes over when it was given up", async () => {
	const given = (more: string): Given => ({
		channels: [
			`pager: { type: webhook, url: "https://pager.example/", fallback: mail${more} }`,
			'mail: { type: webhook, url: "https://mail.example/" }',
		],
	});
	const events = ["at: +1h, for: 10m, instance: design, status: 502", "at: +30m, for: 2h, dead_channel: pager"];
	const patient = await played(given(""), "6h", ...events);
	expect(toldIn(patient).map((line) => line.replace(/^\d+ min: /, ""))).toEqual([
		"pager alert.firing design/get-configuration",
		"pager alert.resolved design/get-configuration",
	]);
	const hasty = await played(given(", give_up_after: 5m"), "6h", ...events);
	expect(toldIn(hasty).filter((line) => line.includes("mail"))).toHaveLength(2);
});

test("silences, acknowledgements and maintenance windows keep people quiet, and are told apart", async () => {
	const given: Given = {
		routes: ["- { to: [pager], repeat_every: 30m }"],
		sections: ['maintenance: [{ name: weekly, cron: "0 12 * * MON", for: 1h }]'],
	};
	const rehearsal = await played(
		given,
		"1d",
		"at: +1h, for: 1h, check: design/public-api, status: 500",
		"at: +50m, for: 2h, silence: { check: public-api }",
		"at: 2026-01-05T12:10Z, for: 20m, check: design/public-api, status: 500",
		"at: +10h, for: 3h, check: design/public-api, status: 500",
		"at: +10h30m, ack: design/public-api",
	);
	expect(toldIn(rehearsal).map((line) => line.replace(/^\d+ min: /, ""))).toEqual([
		"pager alert.firing design/public-api",
		"pager alert.acknowledged design/public-api",
		"pager alert.resolved design/public-api",
	]);
	const reasons = new Set(rehearsal.muted.map(({ reason }) => reason));
	expect([...reasons].join("; ")).toMatch(/silenced by timeline.*maintenance window "weekly"/);
});

test("a silence that begins while an alert fires holds from its first moment on", async () => {
	const rehearsal = await played(
		{},
		"12h",
		"at: +1h, for: 9h, instance: design, status: 502",
		"at: +3h, for: 6h, silence: { instance: design }",
	);
	const silenced = rehearsal.muted.find(({ reason }) => reason.startsWith("silenced"));
	expect(silenced).toMatchObject({ key: "design/public-api", at: MONDAY_MORNING + 3 * 3_600_000 });
});

test("conditions about a body are left out, and said to be", async () => {
	const checks = ["- { use: get-configuration, expect: [{ that: 'json.instanceId == \"x\"' }] }"];
	const rehearsal = await played({ checks }, "1d");
	expect(rehearsal.messages).toEqual([]);
	expect(rehearsal.notes.join()).toContain("json.instanceId");
});

const span = fc.record({
	at: fc.integer({ min: 0, max: 2_000 }).map((minute) => `+${minute}m`),
	lasting: fc.constantFrom("20s", "1m", "3m", "15m", "2h", "9h"),
	whom: fc.constantFrom(
		"instance: design",
		"instance: other",
		"check: design/get-configuration",
		"check: design/public-api",
		"check: other/canary-job",
	),
	what: fc.constantFrom(
		"status: 502",
		"latency: 3s",
		"latency: 20s",
		"fault: connection_refused",
		"fault: unsupported",
		"fault: prober_stalled",
	),
	again: fc.constantFrom("", "", ", every: 4m, times: 25", ", every: 11h"),
});
const around = fc.constantFrom(
	"at: +2h, for: 5h, instance: design, values: { dss_version: 13.5.1 }",
	"at: +5h, for: 4h, dead_channel: pager",
	"at: +3h, for: 6h, silence: { instance: design }",
	"at: +7h, ack: design/get-configuration",
);
const setting = fc.record({
	route: fc.constantFrom(
		"- to: [pager]",
		"- { to: [pager], group_by: [instance], group_wait: 30s, repeat_every: 2h, escalate: [{ after: 20m, to: [mail] }] }",
		"- { match: { severity: critical }, to: [pager], repeat_every: 45m }",
	),
	policy: fc.constantFrom("", ", fail_after: 1, recover_after: 1", ", fail_after: 2 of 4"),
	retry: fc.constantFrom("", ", every: 2m, retry_every: 40s"),
});

test("leaving out looks that change nothing changes no message", async () => {
	await fc.assert(
		fc.asyncProperty(
			setting,
			fc.array(span, { maxLength: 7 }),
			fc.array(around, { maxLength: 2 }),
			async ({ route, policy, retry }, spans, more) => {
				const config = configOf({
					instances: ["design", "other"].map(
						(name) => `${name}: { url: "https://${name}.example", api_key: "0123456789" }`,
					),
					checks: [
						`- { use: get-configuration${policy}${retry} }`,
						`- { use: public-api${policy} }`,
						"- { use: canary-job, on: { instance: other }, with: { project: P, output: o }, parents: [design/get-configuration] }",
					],
					channels: ["pager", "mail"].map((name) => `${name}: { type: webhook, url: "https://${name}.example/" }`),
					routes: [route, "- to: [mail]"],
					sections: ['maintenance: [{ name: nightly, cron: "0 2 * * *", for: 1h, match: { instance: design } }]'],
				});
				const events = spans.map(
					({ at, lasting, whom, what, again }) => `at: ${at}, for: ${lasting}, ${whom}, ${what}${again}`,
				);
				const timeline = timelineOf(config, "40h", [...events, ...more]);
				const [whole, short] = [
					await rehearse(config, timeline, { isThorough: true }),
					await rehearse(config, timeline),
				];
				expect(short.messages).toEqual(whole.messages);
				const notes = ({ muted }: Rehearsal) => muted.map(({ key, channel, reason }) => `${key} ${channel} ${reason}`);
				expect(notes(short)).toEqual(notes(whole));
				expect(short.open).toEqual(whole.open);
				expect(short.looks).toBeLessThan(whole.looks);
			},
		),
		{ numRuns: Number(process.env["REHEARSE_RUNS"] ?? 12) },
	);
});
