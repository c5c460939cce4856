import { expect, test } from "vitest";
import { explainedByHost, type Witness } from "../../src/evaluate/witness.ts";
import { type CauseCode, cause } from "../../src/model/cause.ts";
import type { Values } from "../../src/model/sample.ts";
import { MONDAY_MORNING } from "../support/clock.ts";

const NOW = MONDAY_MORNING;
const S = NOW / 1_000;
const saw = (values: Values, secondsAgo = 5): Witness => ({ values, sampledAt: NOW - secondsAgo * 1_000 });
const RUNS = { missing: "", backend_count: 1, backend_restarted_at: S - 86_400 };

const explain = (code: CauseCode, ...witnesses: Witness[]) =>
	explainedByHost({ cause: cause(code), since: NOW - 20_000, at: NOW }, witnesses);

test.for([
	[
		"the OOM killer, and a backend that is not back",
		"backend_down",
		[
			saw({ oom_killed_at: S - 40, oom_killed_role: "backend" }),
			saw({ ...RUNS, missing: "backend", backend_count: 0 }),
		],
		"backend_oom_killed",
		"backend killed by the OOM killer 40 s ago; supervisord is restarting it",
	],
	[
		"the OOM killer, and a backend that is on its way",
		"backend_down",
		[saw({ oom_killed_at: S - 40, oom_killed_role: "backend" }), saw({ ...RUNS, backend_restarted_at: S - 38 })],
		"backend_oom_killed",
		"backend killed by the OOM killer 40 s ago; supervisord started it again 38 s ago",
	],
	[
		"the same seen by the check that misses the process",
		"process_missing",
		[saw({ oom_killed_at: S - 3, oom_killed_role: "backend" }), saw({ missing: "backend", backend_state: "FATAL" })],
		"backend_oom_killed",
		"backend killed by the OOM killer 3 s ago; supervisord has given up",
	],
	[
		"a full disk",
		"backend_error",
		[saw({ space_used_percent: 99.9 })],
		"disk_full",
		"the disk of DSS is full (99.9 % used)",
	],
	[
		"no inodes",
		"backend_down",
		[saw({ space_used_percent: 40, inodes_used_percent: 100 })],
		"disk_full",
		"the disk of DSS is full (100.0 % used)",
	],
	[
		"a node that is stopped",
		"connection_refused",
		[saw({ missing: "supervisord, nginx, backend" })],
		"dss_stopped",
		undefined,
	],
	[
		"a backend that gave up",
		"backend_down",
		[saw({ missing: "backend", backend_state: "FATAL" })],
		"backend_gave_up",
		undefined,
	],
	[
		"a heap that was too small",
		"backend_hanging",
		[saw({ out_of_memory: 3 }), saw(RUNS)],
		"backend_out_of_memory",
		"backend ran out of Java memory; supervisord is restarting it",
	],
	[
		"a backend that is not there",
		"backend_down",
		[saw({ missing: "backend" })],
		"backend_gone",
		"backend process is not running; supervisord is restarting it",
	],
	["an nginx that is not there", "connection_refused", [saw({ ...RUNS, missing: "nginx" })], "nginx_gone", undefined],
	[
		"a backend that is starting",
		"backend_down",
		[saw({ ...RUNS, backend_restarted_at: S - 50 })],
		"backend_restarted",
		"backend was started 50 s ago and is not ready yet",
	],
	["garbage collection", "backend_hanging", [saw({ full_gc_long: 2 }), saw(RUNS)], "backend_gc", undefined],
	[
		"a backend that hangs",
		"backend_down",
		[saw(RUNS)],
		"backend_deaf",
		"backend process runs since 1 d, but gives nginx no answer",
	],
] as const)("%s explains %s", ([, code, witnesses, blamed, text]) => {
	expect(explain(code, ...witnesses)).toEqual({ code: blamed, text: text ?? cause(blamed).text });
});

test.for([
	["nothing is seen on the host", "backend_down", []],
	["what was seen is too old", "backend_down", [saw({ missing: "backend" }, 600)]],
	["the kernel killed a job kernel", "backend_down", [saw({ oom_killed_at: S - 4, oom_killed_role: "jek" })]],
	[
		"the backend was killed long before",
		"backend_down",
		[saw({ oom_killed_at: S - 3_600, oom_killed_role: "backend" })],
	],
	["the outage is not one that a host can explain", "key_rejected", [saw({ missing: "backend" })]],
	["nothing is refused by an nginx that runs", "connection_refused", [saw(RUNS)]],
	["nginx is missed although it answered", "backend_down", [saw({ missing: "nginx" })]],
] as const)("where %s the cause stays: %s", ([, code, witnesses]) => {
	expect(explain(code, ...witnesses)).toEqual(cause(code));
});

test("of two witnesses the newer one is believed", () => {
	const gone = saw({ missing: "backend", backend_count: 0 }, 60);
	const back = saw({ ...RUNS, backend_restarted_at: S - 20 }, 2);
	expect(explain("backend_down", gone, back).code).toBe("backend_restarted");
	expect(explain("backend_down", back, gone).code).toBe("backend_restarted");
});
