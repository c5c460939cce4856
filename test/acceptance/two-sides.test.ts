import { expect, test } from "vitest";
import { rehearse } from "../../src/app/rehearse.ts";
import { titleOf } from "../../src/notify/message-title.ts";
import { MONDAY_MORNING } from "../support/clock.ts";
import { configOf, timelineOf } from "../support/rehearsal.ts";

// One outage seen from outside, by the API of DSS, and from inside, on its host. Where two events concern a check at the same
// time the later in the list counts.

const NOON = MONDAY_MORNING / 1_000 + 4 * 3_600;
const CONFIG = configOf({
	instances: ['design: { url: "https://design.example", api_key: "0123456789", data_dir: "/data/dss" }'],
	checks: ["- get-configuration", "- public-api", "- host-processes", "- host-status", "- host-machine", "- host-log"],
});
const WELL = [
	'design/host-processes: { missing: "", missing_count: 0, orphans: 0, backend_count: 1, backend_restarts: 0, backend_restarted_at: 1760000000 }',
	"design/host-status: { down_count: 0, restarts_max: 0, backend_state: RUNNING, backend_restarted_at: 1760000000 }",
	'design/host-machine: { oom_kills: 0, oom_killed_role: "", memory_available_percent: 40 }',
	"design/host-log: { out_of_memory: 0, startups: 0, full_gc_long: 0 }",
];

async function told(...events: string[]): Promise<readonly string[]> {
	const timeline = timelineOf(CONFIG, "8h", events, WELL);
	const { messages } = await rehearse(CONFIG, timeline);
	return messages.map(({ message }) => titleOf(message));
}

const backend = (values: string, rest = "") =>
	`${rest}check: design/host-processes, values: { backend_count: 0, missing: backend, missing_count: 1, ${values} }`;

test("a backend that the OOM killer ended is one page that says so, whichever side notices first", async () => {
	const killed = `oom_kills: 1, oom_killed_role: backend, oom_killed_at: ${NOON}`;
	for (const hostAfter of ["+4h", "+4h1m"]) {
		const pages = await told(
			"at: +4h, for: 5m, instance: design, status: 502",
			`at: ${hostAfter}, for: 10m, check: design/host-machine, values: { ${killed} }`,
			`at: +4h, for: 1m, ${backend("backend_restarts: 0")}`,
			`at: +4h1m, for: 4h, check: design/host-processes, values: { backend_restarts: 1, backend_restarted_at: ${NOON + 45} }`,
		);
		expect(pages.filter((title) => /^CRITICAL|^WARNING|^RESOLVED/.test(title))).toEqual([
			expect.stringMatching(
				hostAfter === "+4h"
					? /^CRITICAL design\/[\w-]+: backend killed by the OOM killer \d+ s ago; supervisord (is restarting it|started it again \d+ s ago)$/
					: /^CRITICAL design\/[\w-]+: backend /,
			),
			expect.stringMatching(/^RESOLVED design\/[\w-]+ after .*: backend /),
		]);
	}
});

test("a node that was stopped is one page and not four", async () => {
	expect(
		await told(
			"at: +4h, for: 1h, instance: design, fault: connection_refused",
			'at: +4h, for: 1h, check: design/host-processes, values: { backend_count: 0, missing: "supervisord, nginx, backend", missing_count: 3 }',
			"at: +4h, for: 1h, check: design/host-status, fault: supervisord_down",
		),
	).toEqual([
		expect.stringMatching(/^CRITICAL design\/[\w-]+: DSS is stopped on its host$/),
		expect.stringMatching(/^RESOLVED design\/[\w-]+ after .*: DSS is stopped on its host$/),
	]);
});

test("a backend that runs and answers nobody is told as deaf, from outside, where it is noticed", async () => {
	const pages = await told(
		"at: +4h, for: 20m, check: design/get-configuration, status: 502",
		"at: +4h, for: 20m, check: design/public-api, status: 502",
	);
	expect(pages).toEqual([
		expect.stringMatching(
			/^CRITICAL design\/get-configuration: backend process runs since \d+ d.*, but gives nginx no answer$/,
		),
		expect.stringMatching(/^RESOLVED design\/get-configuration/),
	]);
});

test("a Jupyter server that is missing does not hide an outage of the backend", async () => {
	const pages = await told(
		"at: +4h, for: 20m, instance: design, status: 502",
		"at: +3h, for: 3h, check: design/host-processes, values: { missing: jupyter, missing_count: 1 }",
	);
	expect(pages.map((title) => title.split(":")[0]?.replace(/ after .*/, ""))).toEqual([
		"WARNING design/host-processes",
		"CRITICAL design/get-configuration",
		"RESOLVED design/get-configuration",
		"RESOLVED design/host-processes",
	]);
});

test("a machine that is short of memory does not hide an outage, and a job kernel that was killed is told alone", async () => {
	const kill = `oom_kills: 1, oom_killed_role: jek, oom_killed_at: ${NOON}`;
	const pages = await told(
		"at: +4h, for: 20m, instance: design, status: 502",
		"at: +2h, for: 4h, check: design/host-machine, values: { memory_available_percent: 2 }",
	);
	expect(pages.filter((title) => title.startsWith("CRITICAL")).map((title) => title.split(":")[0])).toEqual([
		"CRITICAL design/host-machine",
		"CRITICAL design/get-configuration",
	]);
	expect(await told(`at: +4h, for: 10m, check: design/host-machine, values: { ${kill} }`)).toEqual([
		expect.stringMatching(/^CRITICAL design\/host-machine/),
		expect.stringMatching(/^RESOLVED design\/host-machine/),
	]);
});
