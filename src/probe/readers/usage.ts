import * as z from "zod";
import { DAY_MS } from "../../model/duration.ts";
import type { Value } from "../../model/sample.ts";
import { addPoint, growthPerDay } from "../../model/trend.ts";
import type { Reading } from "../api-kind.ts";
import { recall } from "../recall.ts";
import { replyNumber } from "./reply-number.ts";

/** The trend is that of two weeks, by a point every six hours. */
const TREND_MS = 14 * DAY_MS;
const MOST_POINTS = 56;

const counted = z.looseObject({ all: replyNumber().nullish() }).nullish();

const summary = z.looseObject({
	projects: replyNumber(),
	datasets: counted,
	recipes: counted,
	notebooks: z
		.looseObject({ nbJupyterNotebooks: replyNumber().nullish(), nbSqlNotebooks: replyNumber().nullish() })
		.nullish(),
	scenarios: z.looseObject({ all: replyNumber().nullish(), activeWithTriggers: replyNumber().nullish() }).nullish(),
});

const memory = z.object({
	active: z.number(),
	past: z.record(z.string(), z.array(z.tuple([z.number(), z.number()]))),
});

/** Reads `/admin/monitoring/global-usage-summary`, and compares with the looks before. */
export const readUsage: Reading<object> = async ({ get, context }) => {
	const seen = await get("/admin/monitoring/global-usage-summary", summary, { withPerProject: false });
	const { notes, clock } = context;
	const counts = {
		projects: seen.projects,
		datasets: seen.datasets?.all ?? 0,
		recipes: seen.recipes?.all ?? 0,
		notebooks: (seen.notebooks?.nbJupyterNotebooks ?? 0) + (seen.notebooks?.nbSqlNotebooks ?? 0),
		scenarios: seen.scenarios?.all ?? 0,
	};
	const active = seen.scenarios?.activeWithTriggers ?? 0;
	const key = `dss-usage ${context.key}`;
	const before = recall(notes, key, memory);
	const past = Object.fromEntries(
		Object.entries(counts).map(([name, count]) => [
			name,
			addPoint(before?.past[name] ?? [], [clock.now(), count], TREND_MS, MOST_POINTS),
		]),
	);
	notes.set(key, JSON.stringify({ active, past }));
	const change = active - (before?.active ?? active);
	const values: Record<string, Value> = {
		...counts,
		active_scenarios: active,
		active_scenarios_change: change,
	};
	for (const [name, points] of Object.entries(past)) {
		const growth = growthPerDay(points);
		if (growth !== undefined) values[`${name}_growth`] = growth;
	}
	const switched = change === 0 ? "" : `, ${Math.abs(change)} ${change < 0 ? "fewer" : "more"} than before`;
	return {
		values,
		seen:
			`${counts.projects} projects, ${counts.datasets} datasets, ${counts.recipes} recipes, ` +
			`${counts.scenarios} scenarios (${active} active${switched})`,
	};
};
