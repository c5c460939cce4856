import * as z from "zod";

/** `${NAME}` and `${file:/path}` may stand wherever a text is checked; the program checks what they stand for. */
const FILLED_IN = "\\$\\{";

/**
 * Makes the JSON Schema by which editors complete and check a file while it is written: of what goes in, before defaults and
 * conversions.
 *
 * @param title shown by editors
 */
export function jsonSchema(schema: z.ZodType, title: string): Record<string, unknown> {
	const made = z.toJSONSchema(schema, {
		io: "input",
		target: "draft-7",
		unrepresentable: "any",
		override({ jsonSchema, path }) {
			if (jsonSchema.type !== "string") return;
			// An address that is filled in is none to an editor.
			delete jsonSchema.format;
			// Some editors read patterns without the Unicode flag, and then \p{Cc} means the letters p, C and c.
			const pattern = jsonSchema.pattern?.replaceAll("\\p{Cc}", "\\x00-\\x1f\\x7f-\\x9f");
			if (pattern === undefined || path.at(-1) === "propertyNames") return;
			// zod passes by several times where one schema wraps another.
			if (!pattern.endsWith(FILLED_IN)) jsonSchema.pattern = `(?:${pattern})|${FILLED_IN}`;
		},
	});
	return { $schema: made.$schema, title, ...made };
}
