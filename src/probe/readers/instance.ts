import * as z from "zod";
import { evidence } from "../../dss/evidence.ts";
import { DAY_MS, formatDuration } from "../../model/duration.ts";
import type { Value } from "../../model/sample.ts";
import { compareVersions } from "../../model/version.ts";
import type { Reading } from "../api-kind.ts";
import { recall } from "../recall.ts";
import { addCounts, recentCounts, sumOf } from "../recent-counts.ts";
import { replyNumber } from "./reply-number.ts";

/** Starts that lie closer together are one: clocks are set by seconds. */
const SAME_START_MS = 5_000;

const info = z.looseObject({
	nodeId: z.string().nullish(),
	nodeName: z.string().nullish(),
	nodeType: z.string().nullish(),
	dssVersion: z.string().nullish(),
	/** ms since 1970. */
	dssStartupTimestamp: replyNumber().nullish(),
});

/** What the looks before saw. */
const memory = z.object({
	/** At another address another node may answer. */
	url: z.string(),
	node: z.string().optional(),
	startedAt: z.number().optional(),
	/** The newest version, and when it was last seen. */
	newest: z.tuple([z.string(), z.number()]).optional(),
	restarts: recentCounts,
});
type Memory = z.output<typeof memory>;

/** Reads `/instance-info`, and compares with the looks before. */
export const readInstance: Reading<{ readonly node_id?: string | undefined }> = async (
	{ get, dssNow, context },
	options,
) => {
	const seen = await get("/instance-info", info);
	const { notes, clock, instance } = context;
	const now = clock.now();
	const key = `dss-instance ${context.key}`;
	const known = recall(notes, key, memory);
	const before: Memory = known?.url === instance.url ? known : { url: instance.url, restarts: [] };
	const [node, version] = [seen.nodeId ?? undefined, seen.dssVersion ?? undefined];
	const startedAt = seen.dssStartupTimestamp && seen.dssStartupTimestamp > 0 ? seen.dssStartupTimestamp : undefined;

	const wanted = options.node_id ?? before.node;
	const isExpected = node === undefined ? options.node_id === undefined : wanted === undefined || node === wanted;
	const after = isExpected ? compared(before, { node, version, startedAt }, now) : before;
	notes.set(key, JSON.stringify(after));
	const restarts = sumOf(addCounts(after.restarts, now, {}, DAY_MS))["restarts"] ?? 0;
	const isOlder =
		isExpected && version !== undefined && after.newest !== undefined && compareVersions(version, after.newest[0]) < 0;

	const values: Record<string, Value> = { expected_node: isExpected, restarts, downgraded: isOlder };
	if (node !== undefined) values["node_id"] = evidence(node);
	if (seen.nodeName) values["node_name"] = evidence(seen.nodeName);
	if (seen.nodeType) values["node_type"] = evidence(seen.nodeType);
	if (version !== undefined) values["dss_version"] = evidence(version);
	const uptimeMs = startedAt === undefined ? undefined : Math.max(0, dssNow() - startedAt);
	if (startedAt !== undefined && uptimeMs !== undefined) {
		Object.assign(values, { started: startedAt / 1_000, uptime: uptimeMs / 1_000 });
	}
	return {
		values,
		seen: evidence(
			[
				`${seen.nodeType ?? "node"} ${node ?? "without an id"}${isExpected ? "" : `, not ${wanted}`}`,
				version !== undefined && `DSS ${version}${isOlder ? ` after ${after.newest?.[0]}` : ""}`,
				uptimeMs !== undefined && `up for ${formatDuration(uptimeMs)}`,
				restarts > 0 && `${restarts} ${restarts === 1 ? "restart" : "restarts"} within 24 h`,
			]
				.filter(Boolean)
				.join(", "),
		),
	};
};

/** What is known after a look at the right node. An older version is remembered for a day as older, then it is the usual one. */
function compared(
	before: Memory,
	seen: {
		readonly node: string | undefined;
		readonly version: string | undefined;
		readonly startedAt: number | undefined;
	},
	now: number,
): Memory {
	const { node, version, startedAt } = seen;
	const isRestart =
		before.startedAt !== undefined && startedAt !== undefined && Math.abs(startedAt - before.startedAt) > SAME_START_MS;
	const { newest } = before;
	const isUsual =
		newest === undefined || now - newest[1] > DAY_MS || (version ? compareVersions(version, newest[0]) >= 0 : false);
	return {
		url: before.url,
		node: before.node ?? node,
		startedAt: startedAt ?? before.startedAt,
		newest: version !== undefined && isUsual ? [version, now] : newest,
		restarts: addCounts(before.restarts, now, { restarts: isRestart ? 1 : 0 }, DAY_MS),
	};
}
