import * as z from "zod";
import type { Reading } from "../api-kind.ts";
import { remedyFor } from "./sanity-remedies.ts";

/** Worst first. */
const SEVERITIES = ["ERROR", "WARNING", "INFO"] as const;
/** Longest value `codes`, characters. */
const MOST_CODES = 500;
/** Messages named in words. */
const MOST_NAMED = 3;

const messageSet = z
	.looseObject({
		messages: z
			.array(
				z
					.looseObject({
						severity: z.string().nullish(),
						code: z.string().nullish(),
						title: z.string().nullish(),
						message: z.string().nullish(),
					})
					.nullable(),
			)
			.nullish(),
		anyMessage: z.boolean().nullish(),
	})
	.refine(({ messages, anyMessage }) => messages || anyMessage === false, {
		error: "has no messages",
		path: ["messages"],
	});

interface Message {
	readonly severity: string;
	readonly code: string;
	readonly title: string;
	readonly text: string;
}

/** Has DSS look at itself, and reads what it found. */
export const readSanity: Reading<{ readonly ignore: readonly string[] }> = async ({ task, context }, { ignore }) => {
	const { messages: given } = await task((client) => client.post("/admin/sanity-check/run", ignore), messageSet);
	const messages = (given ?? [])
		.flatMap((one): Message[] => {
			if (!one) return [];
			const { severity, title, message } = one;
			const code = one.code ?? "";
			return [{ severity: severity ?? "", code, title: title ?? message ?? code, text: message ?? title ?? "" }];
		})
		// DSS also tells what is fine, and an old one does not heed the list.
		.filter(({ severity, code }) => rankOf(severity) < SEVERITIES.length && !ignore.includes(code))
		.sort((a, b) => rankOf(a.severity) - rankOf(b.severity));
	const count = (wanted: (typeof SEVERITIES)[number]) => messages.filter(({ severity }) => severity === wanted).length;
	const troubles = [...new Set(messages.filter(({ severity }) => severity !== "INFO").map(({ code }) => code))];
	const before = context.notes.get(noteKey(context.key));
	const known = new Set(before?.split(" "));
	context.notes.set(noteKey(context.key), troubles.join(" "));
	const [errors, warnings] = [count("ERROR"), count("WARNING")];
	return {
		values: {
			errors,
			warnings,
			infos: count("INFO"),
			new: before === undefined ? 0 : troubles.filter((code) => !known.has(code)).length,
			worst: messages[0]?.code ?? "",
			codes: [...new Set(messages.map(({ code }) => code))].join(" ").slice(0, MOST_CODES),
		},
		facts: { messages },
		seen: inWords(messages, errors, warnings),
	};
};

function noteKey(key: string): string {
	return `dss-sanity ${key}`;
}

function rankOf(severity: string): number {
	const rank = (SEVERITIES as readonly string[]).indexOf(severity);
	return rank < 0 ? SEVERITIES.length : rank;
}

function inWords(messages: readonly Message[], errors: number, warnings: number): string {
	if (errors + warnings === 0) return "the sanity check found nothing to complain of";
	const troubles = messages.filter(({ severity }) => severity !== "INFO");
	const named = troubles.slice(0, MOST_NAMED).map(({ code, title }) => {
		const remedy = remedyFor(code);
		return `${title} (${code}${remedy === undefined ? "" : `: ${remedy}`})`;
	});
	const more = troubles.length > named.length ? [`and ${troubles.length - named.length} more`] : [];
	const counts = [
		errors > 0 && `${errors} error${errors > 1 ? "s" : ""}`,
		warnings > 0 && `${warnings} warning${warnings > 1 ? "s" : ""}`,
	];
	return `${counts.filter(Boolean).join(", ")}: ${[...named, ...more].join("; ")}`;
}
