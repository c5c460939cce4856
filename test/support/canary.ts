import type { DssClient } from "../../src/dss/client.ts";
import { jobsOf } from "../../src/dss/jobs.ts";
import { scenarioRunsOf } from "../../src/dss/scenario-runs.ts";
import type { Work } from "../../src/dss/work.ts";
import { runCanary } from "../../src/probe/canary/canary.ts";
import { buildCraft, buildOf } from "../../src/probe/canary/dss-job-work.ts";
import { scenarioCraft } from "../../src/probe/canary/dss-scenario-run-look.ts";
import { noteBook } from "../../src/probe/canary/note.ts";
import { type Craft, planRun } from "../../src/probe/canary/run.ts";
import type { Finding, Notes } from "../../src/probe/kind.ts";
import type { VirtualClock } from "./clock.ts";
import type { FakeDss } from "./fake-dss.ts";
import { fakeDssClient } from "./fake-dss-client.ts";
import type { FakeScenario } from "./fake-scenario.ts";

/** Notes as they are on disk: they outlive the process that wrote them. */
export function savedNotes(disk: Map<string, string> = new Map()): Notes & { readonly disk: Map<string, string> } {
	return {
		disk,
		get: (key) => disk.get(key),
		set(key, value) {
			if (value === undefined) disk.delete(key);
			else disk.set(key, value);
		},
	};
}

export interface RunOptions {
	readonly timeoutMs?: number;
	readonly startWithinMs?: number;
	readonly abortWaitMs?: number;
	readonly signal?: AbortSignal;
	/** Whether the process is dead at this step; each call has one before it leaves and one before its answer is seen. */
	readonly isDead?: (step: number) => boolean;
}

/** Starts one run of the canary as a process of its own would: nothing but the notes is left of earlier ones. */
export function startCanary(
	fake: FakeDss,
	clock: VirtualClock,
	notes: Notes,
	given: RunOptions = {},
): Promise<Finding> {
	const output = { id: "canary_out", type: "DATASET" };
	const workOf = (client: DssClient) => buildOf(jobsOf(client, "CANARY"), output);
	return start({ fake, workOf, craft: buildCraft(output.id) }, clock, notes, given);
}

/** The same with a canary that runs a scenario. */
export function startScenarioCanary(
	fake: FakeScenario,
	clock: VirtualClock,
	notes: Notes,
	given: RunOptions = {},
): Promise<Finding> {
	const going = new Set<string>();
	const workOf = (client: DssClient) => scenarioRunsOf(client, { project: "PROJECT", scenario: "NIGHTLY" }, going);
	return start({ fake, workOf, craft: scenarioCraft("NIGHTLY") }, clock, notes, given);
}

function start(
	{ fake, workOf, craft }: { fake: Pick<FakeDss, "handle">; workOf: (client: DssClient) => Work; craft: Craft },
	clock: VirtualClock,
	notes: Notes,
	given: RunOptions,
): Promise<Finding> {
	const { timeoutMs = 60_000, startWithinMs, abortWaitMs, signal = new AbortController().signal } = given;
	let steps = 0;
	const step = async () => {
		if (given.isDead?.(steps++)) await new Promise<never>(() => {});
	};
	const open = (limitMs: number, until: AbortSignal) =>
		workOf(fakeDssClient(fake, { clock, signal: until, timeoutMs: limitMs, step }));
	return runCanary(
		{
			craft,
			work: (limitMs) => open(limitMs, signal),
			book: noteBook(notes, "canary"),
			clock,
			signal,
			plan: planRun(clock.monotonic(), timeoutMs, abortWaitMs),
			pollEveryMs: 1_000,
			startWithinMs,
		},
		() => open(150, new AbortController().signal),
	);
}

/** Lets time pass until the run has ended; undefined where it does not within `withinMs`. */
export async function drive(
	clock: VirtualClock,
	run: Promise<Finding>,
	withinMs = 61_000,
): Promise<Finding | undefined> {
	let found: Finding | undefined;
	let failure: unknown;
	run.then(
		(value) => {
			found = value;
		},
		(error: unknown) => {
			failure = error;
		},
	);
	const end = clock.monotonic() + withinMs;
	while (found === undefined && failure === undefined && clock.monotonic() < end) await clock.advance(100);
	if (failure !== undefined) throw failure;
	return found;
}
