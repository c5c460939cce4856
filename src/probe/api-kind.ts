import type * as z from "zod";
import { type Answer, type ApiPlace, createDssClient, type DssClient } from "../dss/client.ts";
import { evidence } from "../dss/evidence.ts";
import { taskResult } from "../dss/futures.ts";
import { type Noted, noting } from "../dss/noting.ts";
import type { Fault, ValueTypes } from "../model/sample.ts";
import type { Finding, Kind, ProbeContext } from "./kind.ts";

/** Replies grow with the number of projects, users and jobs of a node, bytes. */
const MAX_BODY = 20_000_000;
/** What is left of a look's time when a task is given up, ms: aborting it takes a call. */
const TASK_RESERVE_MS = 5_000;
/** The last call of a program that stops is given so long, ms: the look is abandoned soon after. */
const FAREWELL_MS = 150;

/** What every kind measures that is made here. */
const COMMON = {
	latency: {
		type: "double",
		unit: "s",
		summary: "Time of all calls together.",
		blames: "backend_slow",
	},
	dss_version: { type: "string", summary: "Version of DSS, which it tells on API answers." },
} as const satisfies ValueTypes;

/** What a reader may use. */
export interface Asking {
	/**
	 * One GET; the path ends as the official client ends it.
	 *
	 * @param shape what is needed of the reply; unknown members are let through, for DSS adds some with every version
	 * @throws {Refusal} where no such reply came: the look ends there
	 */
	get<Shape extends z.ZodType>(
		path: string,
		shape: Shape,
		query?: Parameters<DssClient["get"]>[1],
	): Promise<z.output<Shape>>;
	/** The same for what older versions lack: undefined where the endpoint is missing. */
	getIfThere<Shape extends z.ZodType>(
		path: string,
		shape: Shape,
		query?: Parameters<DssClient["get"]>[1],
	): Promise<z.output<Shape> | undefined>;
	/** The same as POST. */
	post<Shape extends z.ZodType>(path: string, shape: Shape, body?: unknown): Promise<z.output<Shape>>;
	/**
	 * Starts a background task of DSS and waits for its result. One that is not over shortly before the look's deadline, or
	 * when the program stops, is aborted.
	 */
	task<Shape extends z.ZodType>(start: (client: DssClient) => Promise<Answer>, shape: Shape): Promise<z.output<Shape>>;
	/**
	 * The time by DSS's clock, ms since 1970, as far as the answers so far told: what DSS dates is compared with that. Clocks
	 * that nearly agree count as one.
	 */
	dssNow(): number;
	/** Ends the look with what a call was refused for. */
	refuse(fault: Fault): never;
	/** The API itself, for calls whose refusal says something. */
	readonly client: DssClient;
	readonly context: ProbeContext;
}

/** What came of a reader's work; `latency` and `dss_version` are added to its values. */
export type Reading<Options> = (asking: Asking, options: Options) => Promise<Finding>;

interface ApiShape<Options> {
	/** Whose key is needed: any, or one with admin rights. */
	readonly key: "any" | "admin";
	/** The DSS version that answers first: named where the endpoint is missing. Absent of nodes that are no DSS. */
	readonly since?: string;
	/** Where that API is, and how its key goes out. Default: the public API of DSS. */
	readonly place?: (options: Options) => ApiPlace;
	readonly values: ValueTypes;
	readonly facts?: ValueTypes;
	readonly expect?: Kind<Options>["expect"];
	readonly keepsNotes?: true;
	/** Loads the code that reads the replies: most programs run few of the kinds. */
	load(): Promise<Reading<Options>>;
}

/** Ends a look: what was asked for was not answered. */
class Refusal extends Error {
	readonly fault: Fault;

	constructor(fault: Fault) {
		super(fault.text);
		this.fault = fault;
	}
}

/**
 * A kind that asks the public API and measures what the answers say. A missing endpoint is told as "not supported" with the
 * version that has it, a missing right with the key that has it; neither says that DSS is down.
 */
export function apiKind<Options>(shape: ApiShape<Options>): Kind<Options> {
	return {
		values: { ...COMMON, ...shape.values },
		facts: shape.facts ?? {},
		...(shape.since !== undefined && { since: shape.since }),
		...(shape.key === "admin" && { needsAdmin: true as const }),
		...(shape.expect && { expect: shape.expect }),
		...(shape.keepsNotes && { keepsNotes: shape.keepsNotes }),
		async measure(options, context) {
			const read = await shape.load();
			const { instance, signal, clock, timeoutMs } = context;
			const seen: Noted = {};
			const start = clock.monotonic();
			const as = shape.key === "admin" ? "admin" : "self";
			const whose = { as, ...(shape.place && { place: shape.place(options) }) } as const;
			const opened = createDssClient(instance, { signal, clock, timeoutMs, maxBody: MAX_BODY, ...whose });
			const asked = noting(opened, seen, clock);
			const client = shape.place ? asked : lacking(asked);
			const farewell = () =>
				createDssClient(instance, { signal: new AbortController().signal, clock, timeoutMs: FAREWELL_MS, ...whose });
			const stopAt = start + timeoutMs - Math.min(TASK_RESERVE_MS, timeoutMs / 5);
			const found = await reading(shape, () =>
				read(
					{
						client,
						context,
						dssNow: () => clock.now() + farOff(seen.aheadMs),
						get: async (path, form, query) => take(await client.get(path, query), form, path),
						async getIfThere(path, form, query) {
							const answer = await client.get(path, query);
							return answer.ok || answer.fault.code !== "unsupported" ? take(answer, form, path) : undefined;
						},
						refuse(fault) {
							throw new Refusal(fault);
						},
						post: async (path, form, body) => take(await client.post(path, body), form, path),
						async task(begin, form) {
							const done = await taskResult(client, await begin(client), { clock, signal, stopAt, farewell });
							if (!done.ok) throw new Refusal(done.fault);
							return shaped(done.result, form, "the task");
						},
					},
					options,
				),
			);
			const latency = (clock.monotonic() - start) / 1_000;
			const { version } = seen;
			return { ...found, values: { ...found.values, latency, ...(version !== undefined && { dss_version: version }) } };
		},
	};
}

/** A Date header tells whole seconds, and answers travel: less than this is no difference, ms. */
const AGREE_MS = 60_000;

function farOff(aheadMs = 0): number {
	return Math.abs(aheadMs) < AGREE_MS ? 0 : aheadMs;
}

/** Paths that name something of the user, who may have misspelt it; all others are the same on every DSS that has them. */
const NAMED = /^\/(?:projects|connections|futures|directories-footprint\/projects|(?:api|project)-deployer\/\w+)\/[^/]/;

/** A DSS that says "not found" in its own words of a path that names nothing lacks the endpoint, as one that answers by a page. */
function lacking(client: DssClient): DssClient {
	const read = (path: string, answer: Answer): Answer =>
		answer.ok || answer.status !== 404 || NAMED.test(path)
			? answer
			: { ...answer, fault: { ...answer.fault, code: "unsupported" } };
	return {
		...client,
		get: async (path, query) => read(path, await client.get(path, query)),
		post: async (path, body) => read(path, await client.post(path, body)),
	};
}

async function reading<Options>(shape: ApiShape<Options>, read: () => Promise<Finding>): Promise<Finding> {
	try {
		return await read();
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		return { values: {}, fault: explained(error.fault, shape) };
	}
}

/** Says what would help: the version that has the endpoint, the key that has the right. */
function explained<Options>(fault: Fault, { since, key }: ApiShape<Options>): Fault {
	if (fault.code === "unsupported" && since !== undefined)
		return { ...fault, text: evidence(`${fault.text}; DSS ${since} has it first`) };
	if (fault.code === "right_missing" && key === "admin") {
		return {
			...fault,
			text: evidence(`${fault.text}; this needs a key with admin rights (admin_key of the instance)`),
		};
	}
	return fault;
}

function take<Shape extends z.ZodType>(answer: Answer, shape: Shape, path: string): z.output<Shape> {
	if (!answer.ok) throw new Refusal(answer.fault);
	return shaped(answer.json, shape, path);
}

function shaped<Shape extends z.ZodType>(json: unknown, shape: Shape, what: string): z.output<Shape> {
	const read = shape.safeParse(json);
	if (read.success) return read.data;
	const [issue] = read.error.issues;
	const where = issue?.path.join(".") || "the reply";
	const text = evidence(`${what} answered in another shape than known: ${where}: ${issue?.message}`);
	throw new Refusal({ code: "reply_unknown", text });
}
