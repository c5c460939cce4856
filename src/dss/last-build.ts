import type { Fault } from "../model/sample.ts";
import type { Answer, DssClient } from "./client.ts";

/**
 * What changes with every build of a dataset; undefined for one that was never built. It is only ever compared with another one
 * of the same dataset, so that no clock matters.
 */
export type LastBuild =
	| { readonly ok: true; readonly stamp: string | undefined }
	| { readonly ok: false; readonly fault: Fault };

type Json = Readonly<Record<string, unknown>>;

/** Every build leaves this metric, without anybody having asked for it. */
const BUILD_METRIC = "reporting:BUILD_START_DATE";

/**
 * Asks DSS for the last build of a dataset: its metrics, which every DSS has, and where they do not tell, what DSS 10 and
 * later know of a dataset. Both need READ_CONF only.
 *
 * @param partition NP for a dataset without partitions
 */
export async function lastBuildOf(
	client: DssClient,
	project: string,
	dataset: string,
	partition = "NP",
): Promise<LastBuild> {
	const root = `/projects/${encodeURIComponent(project)}/datasets/${encodeURIComponent(dataset)}`;
	const metrics = await client.get(`${root}/metrics/last/${encodeURIComponent(partition)}`);
	if (!metrics.ok && !isMissing(metrics)) return metrics;
	const stamp = metrics.ok ? stampInMetrics(metrics.json) : undefined;
	if (stamp !== undefined) return { ok: true, stamp };
	const known = await client.get(`${root}/info`);
	if (known.ok) return { ok: true, stamp: stampInInfo(known.json) };
	// An old DSS that has the metrics, and none for this dataset: it was never built, or does not tell.
	if (isMissing(known) && metrics.ok) return { ok: true, stamp: undefined };
	return known;
}

function isMissing(answer: Answer): boolean {
	return !answer.ok && (answer.fault.code === "unsupported" || answer.fault.code === "not_found");
}

function stampInMetrics(json: unknown): string | undefined {
	const metrics = object(json)["metrics"];
	if (!Array.isArray(metrics)) return undefined;
	const found = metrics.map(object).find(({ metric }) => object(metric)["id"] === BUILD_METRIC);
	const values = found?.["lastValues"];
	const stamps = Array.isArray(values) ? values.map((one) => wordOf(object(one)["value"])).filter(isWord) : [];
	return stamps.length > 0 ? stamps.join(" ") : undefined;
}

function stampInInfo(json: unknown): string | undefined {
	const { buildStartTime, buildEndTime } = object(object(json)["lastBuild"]);
	return wordOf(buildStartTime) ?? wordOf(buildEndTime);
}

/** DSS writes 0 for "none". */
function wordOf(value: unknown): string | undefined {
	return (typeof value === "string" && value !== "") || (typeof value === "number" && value > 0)
		? String(value)
		: undefined;
}

function isWord(word: string | undefined): word is string {
	return word !== undefined;
}

function object(value: unknown): Json {
	return typeof value === "object" && value !== null ? (value as Json) : {};
}
