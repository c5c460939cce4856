import * as z from "zod";
import { evidence } from "../../dss/evidence.ts";
import { DAY_MS } from "../../model/duration.ts";
import type { Value } from "../../model/sample.ts";
import { bytesText } from "../../model/size.ts";
import { addPoint, daysUntil, growthPerDay, type UsedAt } from "../../model/trend.ts";
import type { Reading } from "../api-kind.ts";
import { recall } from "../recall.ts";
import { replyNumber } from "./reply-number.ts";

/** What is to be counted. */
interface Asked {
	readonly of: "all" | "global" | "unknown";
	readonly project?: string | undefined;
	/** Bytes. */
	readonly capacity?: number | undefined;
}

/** Of this many directories the past is remembered: the largest. */
const MOST_DIRECTORIES = 30;
/** The trend is that of the last weeks, by so many looks. */
const TREND_MS = 30 * DAY_MS;
const MOST_LOOKS = 40;
/** The sum of all, in the memory. */
const TOTAL = "";

const footprint = z.looseObject({
	size: replyNumber().nullish(),
	nbFiles: replyNumber().nullish(),
	nbErrors: replyNumber().nullish(),
});

const memory = z.record(z.string(), z.array(z.tuple([z.number(), z.number()])));
type Memory = Readonly<Record<string, readonly UsedAt[]>>;

/** Has DSS count its directories, and compares with the looks before. */
export const readFootprint: Reading<Asked> = async ({ task, refuse, context }, options) => {
	const answered = await task(
		(client) => client.get(pathOf(options), { summaryOnly: options.of === "unknown" }),
		footprint,
	);
	const sizes = sizesIn(answered);
	if (answered.size == null && sizes.length === 0) {
		refuse({ code: "reply_unknown", text: "the footprint names no directory with a size" });
	}
	const parts = answered.size == null ? Object.values(answered).filter(isFootprint) : [answered];
	// What is asked of one project or of unknown files may come without a sum of its own.
	const sum = (name: "size" | "nbFiles" | "nbErrors") => parts.reduce((all, part) => all + numberIn(part[name]), 0);
	const whole = { size: sum("size"), nbFiles: sum("nbFiles"), nbErrors: sum("nbErrors") };
	const { notes, clock } = context;
	const key = `dss-footprint ${context.key}`;
	const past = remembered(
		recall(notes, key, memory) ?? {},
		{ [TOTAL]: whole.size, ...Object.fromEntries(sizes) },
		clock.now(),
	);
	notes.set(key, JSON.stringify(past));
	const growths = new Map(
		Object.entries(past).flatMap(([name, points]) => {
			const growth = growthPerDay(points);
			return growth === undefined ? [] : [[name, growth] as const];
		}),
	);
	const growth = growths.get(TOTAL);
	growths.delete(TOTAL);
	const values: Record<string, Value> = { used: whole.size, files: whole.nbFiles, unreadable: whole.nbErrors };
	if (growth !== undefined) values["growth"] = growth;
	const days = options.capacity === undefined ? undefined : daysUntil(options.capacity, whole.size, growth);
	if (days !== undefined) values["days_until_full"] = days;
	const [largest] = sizes;
	if (largest) values["largest"] = largest[0];
	const [fastest] = [...growths].sort((a, b) => b[1] - a[1]);
	if (fastest) Object.assign(values, { fastest: fastest[0], fastest_growth: fastest[1] });
	return {
		values,
		facts: { sizes: Object.fromEntries(sizes), growths: Object.fromEntries(growths) },
		seen: evidence(
			[
				`${bytesText(whole.size)} in ${whole.nbFiles} files`,
				growth !== undefined && `${growth < 0 ? "shrinks" : "grows"} ${bytesText(Math.abs(growth))} a day`,
				fastest && fastest[1] > 0 && `most in ${fastest[0]} (${bytesText(fastest[1])} a day)`,
				!fastest && largest && `most in ${largest[0]} (${bytesText(largest[1])})`,
				days !== undefined && `full in ${Math.floor(days)} days`,
			]
				.filter(Boolean)
				.join(", "),
		),
	};
};

function pathOf({ of, project }: Asked): string {
	if (project !== undefined) return `/directories-footprint/projects/${encodeURIComponent(project)}`;
	return `/directories-footprint/${of === "all" ? "all-dss" : of}`;
}

/**
 * The directories of a footprint, largest first. Buckets lie within each other by name; where they are a list (projects, code
 * environments, plugins), buckets of the same name are added up over the list, because what fills the disk is mostly one
 * kind of thing in all projects.
 */
function sizesIn(whole: unknown): readonly (readonly [name: string, bytes: number])[] {
	const sums = new Map<string, number>();
	const walk = (part: unknown, path: string): void => {
		if (typeof part !== "object" || part === null) return;
		const { items } = part as { items?: unknown };
		const buckets = Object.entries(part).filter(([name, below]) => name !== "items" && isFootprint(below));
		for (const [name, below] of buckets) walk(below, path === "" ? name : `${path}.${name}`);
		const list = Array.isArray(items) ? items : [];
		for (const one of list) {
			for (const [name, below] of Object.entries(one ?? {})) if (isFootprint(below)) walk(below, `${path}.${name}`);
		}
		const isLeaf = buckets.length === 0 && !list.some((one) => Object.values(one ?? {}).some(isFootprint));
		if (isLeaf && path !== "" && isFootprint(part)) sums.set(path, (sums.get(path) ?? 0) + numberIn(part.size));
	};
	walk(whole, "");
	return [...sums].sort((a, b) => b[1] - a[1]);
}

function isFootprint(part: unknown): part is z.output<typeof footprint> {
	return (
		typeof part === "object" && part !== null && replyNumber().safeParse((part as { size?: unknown }).size).success
	);
}

/** A member of a footprint that may be missing, be null or be written as text. */
function numberIn(value: unknown): number {
	return replyNumber().safeParse(value).data ?? 0;
}

/** What was known with what is seen now; directories beyond the largest ones, and those that are gone, are forgotten. */
function remembered(before: Memory, sizes: Readonly<Record<string, number>>, at: number): Memory {
	return Object.fromEntries(
		Object.entries(sizes)
			.slice(0, MOST_DIRECTORIES + 1)
			.map(([name, value]) => [name, addPoint(before[name] ?? [], [at, value], TREND_MS, MOST_LOOKS)]),
	);
}
