import { join } from "node:path";
import * as z from "zod";
import { evidence } from "../../dss/evidence.ts";
import { runChild } from "../../host/child.ts";
import { type Host, thisHost } from "../../host/host.ts";
import { openDataDirectory } from "../../host/install.ts";
import { type Program, type ProgramState, parsePrograms, saysNotRunning } from "../../host/supervisor.ts";
import { formatDuration } from "../../model/duration.ts";
import type { Value } from "../../model/sample.ts";
import type { Finding, ProbeContext } from "../kind.ts";
import { recall } from "../recall.ts";
import { addCounts, type RecentCounts, recentCounts, sumOf } from "../recent-counts.ts";
import { lookAloneIn, silentFolder } from "./alone.ts";
import { blind, blindAt, dataDirOf, unfit } from "./local.ts";

/** When each program was started, wall clock in ms, and what was restarted of late. */
const memory = z.object({ started: z.record(z.string(), z.number()), restarts: recentCounts });

/** supervisord rounds uptimes to seconds, and the command takes its time: this close, it is the same start, ms. */
const SAME_START_MS = 5_000;
/** In these states a program is on its way or up. */
const GOOD: ReadonlySet<ProgramState> = new Set<ProgramState>(["RUNNING", "STARTING"]);
/** The programs whose restart is the node's. */
const MAIN: ReadonlySet<string> = new Set(["backend", "governserver", "apimain"]);

/**
 * One look through `dss status`.
 *
 * @param names of programs with values of their own, and what they are called in values
 */
export async function lookAtStatus(
	options: { readonly window: number },
	context: ProbeContext,
	names: Readonly<Record<string, string>>,
	host: Host = thisHost,
): Promise<Finding> {
	const { instance, signal, notes, clock, key } = context;
	const wrong = unfit("dss-status", host);
	if (wrong) return wrong;
	const dataDir = dataDirOf(instance);
	const folder = await lookAloneIn(dataDir, host, signal, () => openDataDirectory(dataDir));
	if (!folder) return silentFolder(dataDir);
	if (!folder.ok) return blindAt(host, dataDir, folder.reason);
	const ran = await runChild(join(dataDir, "bin/dss"), ["status"], dataDir, signal);
	if (ran.kind === "not started") return blind(ran.reason);
	if (ran.kind === "late") {
		const text = `dss status gave no answer in time${ran.stays === undefined ? "" : `; it could not be ended: ${ran.stays}`}`;
		return { values: {}, fault: { code: "supervisord_hanging", text } };
	}
	const programs = parsePrograms(ran.output);
	if (programs.length === 0) {
		const words = evidence(ran.output) || "nothing";
		if (saysNotRunning(ran.output)) return { values: {}, fault: { code: "supervisord_down", text: words } };
		return blind(`dss status ended with ${ran.code} and said: ${words}`);
	}
	const now = clock.now();
	const noteKey = `dss-status ${key}`;
	const before = recall(notes, noteKey, memory);
	const started = startsOf(programs, now);
	const anew = Object.entries(started).filter(([name, at]) => {
		const last = before?.started[name];
		return last !== undefined && at - last > SAME_START_MS;
	});
	const restarts = addCounts(
		before?.restarts ?? [],
		now,
		Object.fromEntries(anew.map(([name]) => [name, 1])),
		options.window,
	);
	notes.set(noteKey, JSON.stringify({ started: { ...before?.started, ...started }, restarts }));
	const table = programs.map(({ name, state, pid, uptime }) => ({
		name,
		state,
		...(pid !== undefined && { pid }),
		...(uptime !== undefined && { uptime }),
	}));
	return { ...statusFinding(programs, restarts, names, now), facts: { table } };
}

function startsOf(programs: readonly Program[], now: number): Readonly<Record<string, number>> {
	return Object.fromEntries(
		programs.flatMap(({ name, uptime }) => (uptime === undefined ? [] : [[name, now - uptime * 1_000]])),
	);
}

function statusFinding(
	programs: readonly Program[],
	restarts: RecentCounts,
	names: Readonly<Record<string, string>>,
	now: number,
): Finding {
	const down = programs.filter(({ state }) => !GOOD.has(state));
	const counts = sumOf(restarts);
	const all = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
	const values: Record<string, Value> = {
		programs: programs.length,
		running: programs.filter(({ state }) => state === "RUNNING").length,
		down: down.map(({ name, state }) => `${name} ${state}`).join(", "),
		down_count: down.length,
		starting: programs.filter(({ state }) => state === "STARTING").length,
		restarts: all.reduce((sum, [, count]) => sum + count, 0),
		restarts_max: all[0]?.[1] ?? 0,
		restarted: all.map(([name, count]) => `${name} ${count}`).join(", "),
	};
	let youngest: Program | undefined;
	for (const one of programs) {
		if (one.uptime !== undefined && one.uptime < (youngest?.uptime ?? Number.POSITIVE_INFINITY)) youngest = one;
		if (one.uptime !== undefined && MAIN.has(one.name)) {
			values["backend_restarted_at"] = Math.round(now / 1_000) - one.uptime;
		}
		const short = names[one.name];
		if (short === undefined) continue;
		values[`${short}_state`] = one.state;
		if (one.uptime !== undefined) values[`${short}_uptime`] = one.uptime;
	}
	if (youngest?.uptime !== undefined) {
		values["youngest"] = youngest.name;
		values["youngest_uptime"] = youngest.uptime;
	}
	return { values, seen: inWords(programs, down, values) };
}

function inWords(
	programs: readonly Program[],
	down: readonly Program[],
	{ restarted, running }: Readonly<Record<string, Value>>,
): string {
	const parts = down.map(({ name, state, words }) => `${name} ${state}${words === undefined ? "" : ` (${words})`}`);
	parts.push(`${running} of ${programs.length} programs run`);
	const main = programs.find(({ name, uptime }) => MAIN.has(name) && uptime !== undefined);
	if (main?.uptime !== undefined) parts.push(`${main.name} up ${formatDuration(main.uptime * 1_000)}`);
	if (restarted) parts.push(`restarted: ${restarted}`);
	return parts.join("; ");
}
