import * as z from "zod";
import { createDssClient } from "../../dss/client.ts";
import { evidence } from "../../dss/evidence.ts";
import { readRunDetails, readRuns } from "../../dss/scenario-status.ts";
import { fileNameTest } from "../../host/glob.ts";
import { actAtOnce } from "../../model/at-once.ts";
import type { Fault, Value } from "../../model/sample.ts";
import type { Asking, Reading } from "../api-kind.ts";
import { replyNumber } from "./reply-number.ts";
import { type Judged, judge, type Scenario, TROUBLES, type Trouble, type Wanted } from "./scenario-judgement.ts";
import { type Explained, factOf, isOnlyOff, seenText, shortened, troubleText } from "./scenario-words.ts";

interface Asked {
	readonly project: readonly string[];
	readonly scenario?: readonly string[] | undefined;
	readonly tag?: readonly string[] | undefined;
	readonly name?: string | undefined;
	readonly expected_within?: number | undefined;
	readonly longest_run?: number | undefined;
	readonly at_most: number;
	readonly check_users: boolean;
}

/** Runs of one scenario that are read: enough for a rhythm with a weekend in it. */
const RUNS_READ = 20;
/** Calls at the same time: DSS reads the history of runs from a database that has other work, too. */
const LANES = 4;
/** Of so many scenarios in trouble the step that failed is looked up, and so many are named. */
const EXPLAINED = 5;
const list = z.array(
	z.looseObject({
		id: z.string(),
		name: z.string().optional(),
		active: z.boolean().optional(),
		running: z.boolean().optional(),
		nextRun: replyNumber().nullish(),
		tags: z.array(z.string()).nullish(),
	}),
);
const runList = z.array(z.unknown());
const users = z.array(z.looseObject({ login: z.string(), enabled: z.boolean().optional() }));

/** Reads the last runs of the scenarios that are meant, and judges each. */
export const readScenarios: Reading<Asked> = async (asking, options) => {
	const { meant, missing } = await scenariosMeant(asking, options);
	const looked = meant.slice(0, options.at_most);
	const disabled = options.check_users ? await disabledUsers(asking) : new Set<string>();
	if ("code" in disabled) return { values: {}, fault: disabled };
	const now = asking.dssNow();
	const wanted: Wanted = { expectedWithinMs: options.expected_within, longestRunMs: options.longest_run };
	const isNamed = options.scenario !== undefined;
	const judged = (
		await actAtOnce(looked, LANES, async ({ scenario, isRunning }): Promise<Judged[]> => {
			const given = { now, disabled, isNamed };
			// What is off and does not run has nothing more to say, unless it was asked for by its id.
			if (!scenario.isActive && !isRunning && !isNamed) return [judge(scenario, [], wanted, given)];
			const runs = await runsOf(asking, scenario);
			return runs ? [judge(scenario, runs, wanted, given)] : [];
		})
	).flat();
	const ranked = judged.filter((one) => rankOf(one) < TROUBLES.length).toSorted((a, b) => rankOf(a) - rankOf(b));
	const explained = await actAtOnce(ranked.slice(0, EXPLAINED), LANES, (one) => explain(asking, one));
	const byScenario = new Map<Scenario, Explained>([...judged, ...explained].map((one) => [one.scenario, one]));
	const all = [...byScenario.values()];
	const troubled = [
		...missing.map((name) => `${name} does not exist`),
		...explained.flatMap((one) => (isOnlyOff(one) && !isNamed ? [] : [troubleText(one)])),
	];
	const worst = troubled.map((words) => shortened(words)).slice(0, EXPLAINED);
	const { user_disabled, ...counted } = countsOf(all);
	return {
		values: {
			count: all.length,
			left_out: meant.length - looked.length,
			...counted,
			missing: missing.length,
			running: all.filter(({ running }) => running).length,
			...seconds(
				"oldest_success",
				all.filter(isJudged).map(({ successAgeMs }) => successAgeMs),
			),
			...seconds(
				"longest_running",
				all.map(({ runningMs }) => runningMs),
			),
			...seconds(
				"run_time",
				all.filter(isJudged).map(({ lastRunMs }) => lastRunMs),
			),
			...(options.check_users && { user_disabled }),
			worst: worst.join("; "),
		},
		facts: { scenarios: all.map(factOf) },
		seen: seenText(all, missing, worst, meant.length - looked.length),
	};

	function isJudged({ scenario }: Judged): boolean {
		return scenario.isActive || isNamed;
	}
};

interface Meant {
	readonly scenario: Scenario;
	readonly isRunning: boolean;
}

/** The scenarios that the options mean, by what the projects list: one call for each project. */
async function scenariosMeant(
	{ get }: Asking,
	{ project, scenario: ids, tag, name }: Asked,
): Promise<{ readonly meant: readonly Meant[]; readonly missing: readonly string[] }> {
	const fits = name === undefined ? () => true : fileNameTest(name);
	const lists = await actAtOnce([...new Set(project)], LANES, async (key) => {
		const listed = await get(`/projects/${encodeURIComponent(key)}/scenarios/`, list);
		return listed.map((one) => ({ ...one, project: key }));
	});
	const all = lists.flat();
	const chosen = all.filter(
		({ id, name: shown, tags }) =>
			(ids === undefined || ids.includes(id)) &&
			(tag === undefined || tag.some((one) => tags?.includes(one))) &&
			(fits(id) || (shown !== undefined && fits(shown))),
	);
	const missing = (ids ?? []).filter((id) => !all.some((one) => one.id === id));
	return {
		meant: chosen.map(({ project: key, id, name: shown, active, running, nextRun }) => ({
			scenario: {
				project: key,
				id,
				name: shown ?? id,
				isActive: active !== false,
				...(nextRun != null && nextRun > 0 && { nextRunAt: nextRun }),
			},
			isRunning: running === true,
		})),
		missing: missing.map((id) => (project.length === 1 ? `${project[0]}/${id}` : id)),
	};
}

function pathOf({ project, id }: Scenario): string {
	return `/projects/${encodeURIComponent(project)}/scenarios/${encodeURIComponent(id)}`;
}

/** The last runs, newest first; undefined where the scenario was deleted since it was listed. */
async function runsOf({ client, get }: Asking, scenario: Scenario) {
	const path = `${pathOf(scenario)}/get-last-runs`;
	const query = { limit: RUNS_READ, onlyFinishedRuns: false };
	const answer = await client.get(path, query);
	if (!answer.ok && answer.fault.code === "not_found") return undefined;
	// Any other refusal ends the look, with its fault.
	const json = answer.ok && Array.isArray(answer.json) ? answer.json : await get(path, runList, query);
	return readRuns(json) ?? [];
}

/** Adds the step that failed, or the one that a long run is in. Where DSS does not say, the trouble stands without it. */
async function explain({ client }: Asking, judged: Judged): Promise<Explained> {
	const { scenario, last, running, troubles } = judged;
	const run = troubles.includes("long_running") ? running : isBad(troubles) ? last : undefined;
	if (!run) return judged;
	const answer = await client.get(`${pathOf(scenario)}/${encodeURIComponent(run.runId)}/`);
	const details = answer.ok ? readRunDetails(answer.json) : undefined;
	return details ? { ...judged, details } : judged;
}

/** Logins that are disabled. Only an administrator's key is told. */
async function disabledUsers({ context }: Asking): Promise<ReadonlySet<string> | Fault> {
	const { instance, signal, clock, timeoutMs } = context;
	const client = createDssClient(instance, { signal, clock, timeoutMs, maxBody: 20_000_000, as: "admin" });
	const answer = await client.get("/admin/users/", { includeSettings: false });
	if (!answer.ok) {
		const { code, text } = answer.fault;
		return { code, text: evidence(`${text}; check_users asks for the users with admin_key of the instance`) };
	}
	const read = users.safeParse(answer.json);
	if (!read.success) return { code: "reply_unknown", text: "DSS answered /admin/users/ in another shape than known" };
	return new Set(read.data.filter(({ enabled }) => enabled === false).map(({ login }) => login));
}

function isBad(troubles: readonly Trouble[]): boolean {
	return troubles.some((one) => one === "failed" || one === "aborted" || one === "warning" || one === "overdue");
}

/** Where a scenario stands among those in trouble; one that is well comes last. */
function rankOf({ troubles: [worst] }: Judged): number {
	return worst === undefined ? TROUBLES.length : TROUBLES.indexOf(worst);
}

function countsOf(all: readonly Judged[]): Record<Trouble, number> {
	const entries = TROUBLES.map((name) => [name, all.filter(({ troubles }) => troubles.includes(name)).length]);
	return Object.fromEntries(entries) as Record<Trouble, number>;
}

/** The largest, in seconds; nothing where none is known. */
function seconds(name: string, ms: readonly (number | undefined)[]): Record<string, Value> {
	const known = ms.filter((one) => one !== undefined);
	return known.length === 0 ? {} : { [name]: Math.round(Math.max(...known)) / 1_000 };
}
