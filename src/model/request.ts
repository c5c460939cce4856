import * as z from "zod";
import { duration } from "./duration.ts";

/** Control characters, line separators, and the marks that turn the reading direction around. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

const LONGEST_COMMENT = 500;
const LONGEST_AUTHOR = 64;
const LONGEST_VALUE = 200;
const MOST_LABELS = 20;

/** One line of words from a person: what cannot be printed becomes a space. */
const words = (longest: number) =>
	z
		.string()
		.transform((text) => text.replace(UNPRINTABLE, " ").trim())
		.pipe(z.string().min(1, "must not be empty").max(longest, `has more than ${longest} characters`));

const comment = words(LONGEST_COMMENT).describe("Why; everybody who asks why nobody was told reads it.");
const author = words(LONGEST_AUTHOR).default("API").describe("Who.");
const matchValue = words(LONGEST_VALUE);

/** A silence that a person asks for. Exactly one of `for` and `until`. */
export const silenceRequest = z
	.strictObject({
		match: z
			.record(words(LONGEST_VALUE), z.union([matchValue, z.array(matchValue).min(1).max(MOST_LABELS)]))
			.refine((match) => Object.keys(match).length > 0, "must name at least one label")
			.refine((match) => Object.keys(match).length <= MOST_LABELS, `names more than ${MOST_LABELS} labels`)
			.describe("Labels, as in a route's match."),
		for: duration().optional().describe("How long from now on."),
		until: z.iso
			.datetime({ offset: true, error: "is not a moment in ISO 8601 with its zone" })
			.transform((text) => Date.parse(text))
			.optional()
			.describe("Until when, exclusive; ISO 8601 with its zone."),
		comment,
		author,
		force: z.boolean().default(false).describe("Also where nothing that is watched matches."),
	})
	.refine((request) => (request.for === undefined) !== (request.until === undefined), "needs either for or until");
export type SilenceRequest = z.output<typeof silenceRequest>;

/** Somebody works on the open incident of a check. */
export const ackRequest = z.strictObject({ instance: z.string(), check: z.string(), comment, author });
export type AckRequest = z.output<typeof ackRequest>;

/** An end of a silence before its time. */
export const endRequest = z.strictObject({ id: z.string() });

/** Dead letters to be queued again: one of them, or all. */
export const replayRequest = z
	.strictObject({ id: z.string().optional(), all: z.boolean().default(false), author })
	.refine(({ id, all }) => (id === undefined) === all, "needs either an id or all");
export type ReplayRequest = z.output<typeof replayRequest>;

/** What is wrong with a request, in one line. */
export function wrongWith(error: z.ZodError): string {
	return error.issues
		.map(({ path, message, code }) => {
			const where = path.join(".");
			const what = code === "unrecognized_keys" ? message.toLowerCase() : message;
			return where === "" ? what : `${where}: ${what}`;
		})
		.join("; ");
}
