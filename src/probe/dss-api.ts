import * as z from "zod";
import { createDssClient } from "../dss/client.ts";
import { evidence } from "../dss/evidence.ts";
import type { Fault, Values } from "../model/sample.ts";
import { size } from "../model/size.ts";
import type { Kind } from "./kind.ts";
import { progressValues, REPLY_VALUES, replyValues } from "./reply-values.ts";

/** Lists of projects or users of a large node grow beyond what a page may have. */
const DEFAULT_MAX_BODY = 10_000_000;

export const dssApiOptions = z.strictObject({
	kind: z.literal("dss-api"),
	path: z
		.string()
		.regex(/^\/[^\s?#]*$/, "does not start with a slash, or has a space, ? or #")
		.describe(
			"Below the API prefix, with the slash at the end where the official client has one: /projects/, /auth/info.",
		),
	query: z
		.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
		.default({})
		.describe("Parameters, such as includeLocation: false."),
	project: z.string().min(1).optional().describe("This project key must be in the list that is answered."),
	max_body: size().default(DEFAULT_MAX_BODY).describe("Largest body, such as 10MB."),
	connection: z
		.enum(["fresh", "reuse"])
		.default("fresh")
		.describe("fresh measures name, TCP and TLS each time; reuse keeps the connection and is cheaper."),
});

type DssApiOptions = z.output<typeof dssApiOptions>;

/**
 * One GET of the public API with the instance's key. Here a status is judged: the API says itself whether the key, a right,
 * the licence or the backend is to blame.
 */
export const dssApi: Kind<DssApiOptions> = {
	values: {
		...REPLY_VALUES,
		started: { type: "double", summary: "When the backend started, Unix time; with path /instance-info." },
		count: { type: "int", summary: "Number of entries, where the answer is a list." },
	},
	facts: {
		json: { type: "dyn", summary: "The answer; null where it has no body." },
		headers: { type: "map<string, string>", summary: "Headers of the answer; names in lower case." },
	},
	async measure(options, { instance, signal, clock, timeoutMs }) {
		const { path, query, max_body: maxBody, connection } = options;
		const client = createDssClient(instance, { signal, clock, timeoutMs, maxBody, connection });
		const url = `${instance.url}${instance.apiPrefix}${path}`;
		const answer = await client.get(path, query);
		if (!answer.ok) {
			const { fault, reply, progress } = answer;
			if (reply) return { values: replyValues(reply, url), fault, facts: { json: null, headers: reply.headers } };
			return { values: progress ? progressValues(progress, url) : {}, fault };
		}
		const { json, reply } = answer;
		const values = replyValues(reply, url);
		const facts = { json: json ?? null, headers: reply.headers };
		const fault = options.project === undefined ? undefined : invisible(options.project, json);
		return {
			values: { ...values, ...valuesIn(json) },
			facts,
			...(fault && { fault }),
		};
	},
};

/** What the answer itself says: how long a list is, when the backend started. */
function valuesIn(json: unknown): Values {
	if (Array.isArray(json)) return { count: json.length };
	const startedMs = (json as { dssStartupTimestamp?: unknown } | null | undefined)?.dssStartupTimestamp;
	return typeof startedMs === "number" && Number.isFinite(startedMs) ? { started: startedMs / 1_000 } : {};
}

/** DSS lists only the projects that the key may read, so a weak key gets a list too, without the project in it. */
function invisible(project: string, json: unknown): Fault | undefined {
	if (!Array.isArray(json)) {
		return { code: "project_not_visible", text: evidence(`${project}: the answer is no list of projects`) };
	}
	const isListed = json.some((one: unknown) => (one as { projectKey?: unknown } | null)?.projectKey === project);
	if (isListed) return undefined;
	return { code: "project_not_visible", text: evidence(`${project} is not among the ${json.length} projects listed`) };
}
