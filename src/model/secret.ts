import { inspect } from "node:util";
import * as z from "zod";

const HIDDEN = "[secret]";

/** A value that prints as `[secret]` wherever it is shown by mistake; only `reveal()` gives it away. */
export class Secret {
	readonly #value: string;

	constructor(value: string) {
		this.#value = value;
	}

	reveal(): string {
		return this.#value;
	}

	toString(): string {
		return HIDDEN;
	}

	toJSON(): string {
		return HIDDEN;
	}

	[inspect.custom](): string {
		return HIDDEN;
	}
}

/** An option that holds a secret: text in, a `Secret` out. */
export const secret = () =>
	z
		.string()
		.min(1, "is empty")
		.transform((text) => new Secret(text));

/** Replaces every known secret in a text by `[secret]`. */
export type Redact = (text: string) => string;

/**
 * Builds the function through which every text passes that leaves the program: log line, message, page, database.
 *
 * Each secret is looked for as it is and as it may be found in transit: percent-encoded, in JSON, in base64 and as the
 * Basic credential built from it. Values under four characters are left alone: hiding them would blank ordinary words.
 *
 * @param secrets the values in clear
 */
export function redactor(secrets: Iterable<string>): Redact {
	const forms = new Set<string>();
	for (const value of secrets) {
		if (value.length < 4) continue;
		forms.add(value);
		// Half a surrogate pair has no percent-encoding; it is sent as the replacement character.
		const encoded = encodeURIComponent(value.toWellFormed());
		forms.add(encoded);
		forms.add(encoded.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()));
		forms.add(JSON.stringify(value).slice(1, -1));
		for (const plain of [value, `${value}:`, `:${value}`]) {
			forms.add(Buffer.from(plain).toString("base64").replace(/=+$/, ""));
		}
	}
	if (forms.size === 0) return (text) => text;
	// Longest first, and looked for at every place: two secrets that share letters must not leave a part of one standing.
	const alternatives = [...forms].sort((a, b) => b.length - a.length).map(RegExp.escape);
	const some = new RegExp(alternatives.join("|"));
	const pattern = new RegExp(`(?=(${alternatives.join("|")}))`, "g");
	return (text) => {
		if (!some.test(text)) return text;
		let shown = "";
		let from = 0;
		let hidden: { start: number; end: number } | undefined;
		const hide = () => {
			if (!hidden) return;
			shown += text.slice(from, hidden.start) + HIDDEN;
			from = hidden.end;
		};
		for (const { index, 1: found = "" } of text.matchAll(pattern)) {
			const end = index + found.length;
			if (hidden && index < hidden.end) hidden.end = Math.max(hidden.end, end);
			else {
				hide();
				hidden = { start: index, end };
			}
		}
		hide();
		return shown + text.slice(from);
	};
}

/** A redactor that learns: what was a secret once stays one, because whoever used it may still tell of it. */
export interface LearningRedactor {
	/** The same function for ever. */
	readonly redact: Redact;
	learn(secrets: Iterable<string>): void;
}

/** Each secret is looked for once, however often it is learnt. */
export function learningRedactor(secrets: Iterable<string>): LearningRedactor {
	const known = new Set(secrets);
	let redact = redactor(known);
	return {
		redact: (text) => redact(text),
		learn(more) {
			const before = known.size;
			for (const secret of more) known.add(secret);
			if (known.size > before) redact = redactor(known);
		},
	};
}
