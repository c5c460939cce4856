import * as z from "zod";
import { matchOptions } from "../dispatch/route.ts";
import { CAUSES, type CauseCode } from "../model/cause.ts";
import { duration, parseDuration } from "../model/duration.ts";
import type { Config } from "./alerts.ts";
import { type Disk, realDisk } from "./disk.ts";
import { type Document, openDocument, rememberFilled } from "./document.ts";
import { envFileOf, variablesOf } from "./env-file.ts";
import { collectProblems, type Problem } from "./problems.ts";
import { resolvePath } from "./sections.ts";
import { didYouMean } from "./suggest.ts";
import { readYaml } from "./yaml.ts";

const NO_MOMENT = "is no moment: write 2026-01-05T08:00Z, with the zone at its end";
const NO_START = "is neither +2h30m (after the beginning) nor a moment such as 2026-01-05T08:00Z";
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})$/;

const isMoment = (text: string) => ISO.test(text) && !Number.isNaN(Date.parse(text));
const moment = z
	.string(NO_MOMENT)
	.refine(isMoment, NO_MOMENT)
	.transform((text) => Date.parse(text));
/** `+2h`: ms after the beginning, as a relative moment; otherwise ms since 1970 UTC. */
const start = z
	.string(NO_START)
	.refine((text) => (text.startsWith("+") ? parseDuration(text.slice(1)) !== undefined : isMoment(text)), NO_START)
	.transform((text) =>
		text.startsWith("+") ? { after: parseDuration(text.slice(1)) as number } : { moment: Date.parse(text) },
	);

const values = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));
const codes = Object.keys(CAUSES) as [CauseCode, ...CauseCode[]];

const WHOM = ["instance", "check", "dead_channel", "silence", "ack"] as const;
const WHAT = ["status", "latency", "fault", "values"] as const;

const eventOptions = z
	.strictObject({
		at: start.describe("When it begins: +2h after the beginning, or a moment such as 2026-01-05T08:00Z."),
		for: duration().optional().describe("How long it lasts. Default: until the end."),
		every: duration().optional().describe("It comes again after so long, counted from beginning to beginning."),
		times: z.int().min(1).max(100_000).optional().describe("With every: how often it comes. Default: until the end."),
		instance: z.string().optional().describe("All checks of this instance see it, each in its own way."),
		check: z.string().optional().describe("This check sees it: instance/check."),
		status: z.int().min(100).max(599).optional().describe("What is answered, such as 502."),
		latency: duration().optional().describe("How long an answer takes; beyond the timeout of a check it is none."),
		fault: z.enum(codes).optional().describe("What breaks the run off, such as connection_refused or job_failed."),
		values: values.optional().describe("Values that are measured, by name, in base units."),
		dead_channel: z.string().optional().describe("This channel takes no messages."),
		silence: matchOptions.optional().describe("Somebody silences alerts with these labels."),
		ack: z.string().optional().describe("Somebody acknowledges the incident of this check: instance/check."),
	})
	.superRefine((event, context) => {
		const issue = (message: string, key?: string) =>
			context.addIssue({ code: "custom", message, path: key === undefined ? [] : [key], input: undefined });
		const whom = WHOM.filter((key) => event[key] !== undefined);
		const what = WHAT.filter((key) => event[key] !== undefined);
		if (whom.length !== 1) issue(`needs one of ${WHOM.join(", ")}`, whom[1]);
		else if (event.instance === undefined && event.check === undefined) {
			if (what[0] !== undefined) issue("goes with instance or check only", what[0]);
			if (event.silence && event.for === undefined) issue("needs for: how long the silence lasts", "silence");
		} else if (what.length === 0) issue(`needs one of ${WHAT.join(", ")}`);
		if (event.times !== undefined && event.every === undefined) issue("goes with every only", "times");
		if (event.every === 0) issue("must be longer than nothing", "every");
		if (event.every !== undefined && event.for === undefined && !event.ack)
			issue("needs for: how long each lasts", "every");
	});

/** A timeline file: what targets, channels and people do while a configuration is rehearsed. */
export const timelineOptions = z.strictObject({
	from: moment.default(Date.UTC(2026, 0, 5, 8)).describe("When it begins. Default: Monday, 2026-01-05T08:00Z."),
	for: duration().describe("How long it is, such as 30d."),
	usual: z
		.record(z.string(), values)
		.default({})
		.describe("What checks (instance/check) measure while all is well, where that is not obvious."),
	events: z
		.array(eventOptions)
		.default([])
		.describe("What happens. Of two at the same time the later in the list counts."),
});

export type Timeline = z.output<typeof timelineOptions>;
export type TimelineEvent = Timeline["events"][number];

/**
 * Reads a timeline and holds it against the configurations it is meant for: names that none of them has are refused.
 *
 * @param file path of the timeline
 */
export function loadTimeline(
	file: string,
	configs: readonly Config[],
	sources: { readonly env: Readonly<Record<string, string | undefined>>; readonly disk?: Disk },
): { readonly ok: true; readonly timeline: Timeline } | { readonly ok: false; readonly problems: readonly Problem[] } {
	const disk = sources.disk ?? realDisk;
	const filled = rememberFilled();
	const problems = collectProblems(filled.conceal);
	let text: string;
	try {
		text = disk.readText(file);
	} catch (error) {
		problems.error({ file, line: 1, column: 1, path: "" }, `cannot be read: ${(error as Error).message}`);
		return { ok: false, problems: problems.list() };
	}
	const document = openDocument(text, file, {
		problems,
		filled,
		parse: readYaml,
		sources: {
			variable: variablesOf(sources.env, envFileOf(file), disk, problems),
			readFile: (named) => disk.readText(resolvePath({ file }, named)),
		},
	});
	const timeline = document.isReadable ? document.read(timelineOptions, []) : undefined;
	if (timeline) checkNames(document, timeline, configs);
	const list = problems.list();
	return timeline && list.length === 0 ? { ok: true, timeline } : { ok: false, problems: list };
}

function checkNames(document: Document, { events, usual }: Timeline, configs: readonly Config[]): void {
	const namesOf = (list: (config: Config) => Iterable<string>) => [
		...new Set(configs.flatMap((one) => [...list(one)])),
	];
	const keys = namesOf(({ checks }) => checks.map(({ key }) => key));
	const instances = namesOf((config) => config.instances.keys());
	const channels = namesOf((config) => config.channels.keys());
	const known = (
		path: readonly (string | number)[],
		what: string,
		name: string | undefined,
		names: readonly string[],
	) => {
		if (name === undefined || names.includes(name)) return;
		const hint = didYouMean(name, names) ?? `there are: ${names.slice(0, 20).join(", ")}`;
		document.error(path, `the configuration has no ${what} "${name}"`, { hint });
	};
	for (const key of Object.keys(usual)) known(["usual", key], "check", key, keys);
	for (const [index, event] of events.entries()) {
		const at = ["events", index];
		known([...at, "instance"], "instance", event.instance, instances);
		known([...at, "check"], "check", event.check, keys);
		known([...at, "ack"], "check", event.ack, keys);
		known([...at, "dead_channel"], "channel", event.dead_channel, channels);
	}
}
