import * as z from "zod";
import { evidence } from "../../dss/evidence.ts";
import { DAY_MS } from "../../model/duration.ts";
import type { Asking, Reading } from "../api-kind.ts";
import { recall } from "../recall.ts";
import { addCounts, recentCounts, sumOf } from "../recent-counts.ts";
import { replyNumber } from "./reply-number.ts";

/** One that was stopped on purpose is forgotten after so long; crashes are counted over an hour. */
const REMEMBERED_MS = DAY_MS;
const CRASHES_MS = 3_600_000;
/** The state of so many webapps is asked for; of the rest the list says whether they run. */
const MOST_STATES = 100;

const list = z.array(
	z.looseObject({ id: z.string(), name: z.string().nullish(), backendRunning: z.boolean().nullish() }),
);

const state = z.looseObject({
	futureInfo: z
		.looseObject({
			alive: z.boolean().nullish(),
			payload: z.looseObject({ extras: z.looseObject({ crashCount: replyNumber().nullish() }).nullish() }).nullish(),
		})
		.nullish(),
});

const memory = z.object({
	/** When each was last seen running, ms since 1970, and how often it had crashed. */
	webapps: z.record(z.string(), z.tuple([z.number(), z.number()])),
	crashes: recentCounts,
});

interface Asked {
	readonly projects: readonly string[];
	readonly expected?: readonly string[] | undefined;
}

interface Webapp {
	readonly key: string;
	readonly name: string;
	readonly isRunning: boolean;
	readonly crashes?: number;
}

/** Reads the webapps of each project, and the state of those that run or should. */
export const readWebapps: Reading<Asked> = async (asking, { projects, expected }) => {
	const { notes, clock, key } = asking.context;
	const now = clock.now();
	const before = recall(notes, `dss-webapps ${key}`, memory) ?? { webapps: {}, crashes: [] };
	const isWanted = (one: string): boolean =>
		expected ? expected.includes(one) : (before.webapps[one]?.[0] ?? 0) > now - REMEMBERED_MS;
	const webapps: Webapp[] = [];
	for (const project of projects) {
		for (const { id, name, backendRunning } of await asking.get(`${rootOf(project)}/`, list)) {
			const one = { key: `${project}.${id}`, name: `${project}.${name ?? id}`, isRunning: backendRunning === true };
			const isAsked = (backendRunning !== false || isWanted(one.key)) && webapps.length < MOST_STATES;
			webapps.push(isAsked ? { ...one, ...(await stateOf(asking, project, id)) } : one);
		}
	}
	const found = new Set(webapps.map((one) => one.key));
	const gone = (expected ?? []).filter((one) => !found.has(one));
	const down = webapps.filter((one) => !one.isRunning && isWanted(one.key)).map(({ name }) => name);
	down.push(...gone.map((one) => `${one} (not there)`));

	const crashed = webapps.reduce((sum, one) => sum + newCrashes(one, before.webapps[one.key]?.[1]), 0);
	const crashes = addCounts(before.crashes, now, { crashes: crashed }, CRASHES_MS);
	const kept = webapps.flatMap((one) => {
		const past = before.webapps[one.key];
		const ranAt = one.isRunning ? now : past?.[0];
		return ranAt !== undefined && ranAt > now - REMEMBERED_MS
			? [[one.key, [ranAt, one.crashes ?? past?.[1] ?? 0]] as const]
			: [];
	});
	notes.set(`dss-webapps ${key}`, JSON.stringify({ webapps: Object.fromEntries(kept), crashes }));

	const running = webapps.filter(({ isRunning }) => isRunning).length;
	const total = sumOf(crashes)["crashes"] ?? 0;
	return {
		values: {
			webapps: webapps.length,
			running,
			down: down.length,
			down_names: evidence(down.join(", ")),
			crashes: total,
		},
		seen: evidence(
			[
				`${running} of ${webapps.length} webapps run`,
				...(down.length > 0 ? [`down: ${down.join(", ")}`] : []),
				...(total > 0 ? [`${total} crashes within an hour`] : []),
			].join(", "),
		),
	};
};

function rootOf(project: string): string {
	return `/projects/${encodeURIComponent(project)}/webapps`;
}

/** What the backend's own state adds to the list; nothing where an old DSS has another one. */
async function stateOf(asking: Asking, project: string, id: string): Promise<Partial<Webapp>> {
	const seen = await asking.getIfThere(`${rootOf(project)}/${encodeURIComponent(id)}/backend/state`, state);
	if (!seen) return {};
	const crashes = seen.futureInfo?.payload?.extras?.crashCount;
	return { isRunning: seen.futureInfo?.alive === true, ...(typeof crashes === "number" && { crashes }) };
}

/** A backend that was started anew counts from 0. What one has crashed before it was first seen is no news. */
function newCrashes({ crashes }: Webapp, before: number | undefined): number {
	if (crashes === undefined || before === undefined) return 0;
	return crashes >= before ? crashes - before : crashes;
}
