import * as z from "zod";

/** Whether the value of a label is what was asked for; a label that is not there counts as empty, as in Prometheus. */
type Test = (value: string) => boolean;

/** Tests on labels; all of them have to hold. */
export type Where = readonly { readonly label: string; readonly test: Test }[];

const pattern = () =>
	z.string().transform((text, context) => {
		const read = readPattern(text);
		if (typeof read !== "string") return read;
		context.issues.push({ code: "custom", input: text, message: read });
		return z.NEVER;
	});

const plain = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const tests = z
	.strictObject({
		not: plain.optional().describe("Any other value: != of Prometheus."),
		matches: pattern().optional().describe("A regular expression for the whole value: =~ of Prometheus."),
		not_matches: pattern().optional().describe("The opposite: !~ of Prometheus."),
	})
	.refine((given) => Object.keys(given).length > 0, { error: "needs not, matches or not_matches" });

/** An operator of Prometheus would be taken for a part of the name, which no label has. */
const labelName = z
	.string()
	.min(1)
	.refine((name) => !/[=!~]$/.test(name), "is no label: a test stands behind it, such as { not: x } or { matches: x }");

/** `where:` label by label: a value, a list of values, or a section with not, matches, not_matches. */
export const whereOptions = z
	.record(labelName, z.union([z.string(), z.number(), z.boolean(), z.array(plain).min(1), tests]))
	.transform((given): Where => Object.entries(given).map(([label, wanted]) => ({ label, test: testFor(wanted) })));

function testFor(wanted: string | number | boolean | readonly string[] | z.output<typeof tests>): Test {
	if (typeof wanted !== "object") {
		const text = String(wanted);
		return (value) => value === text;
	}
	if (isList(wanted)) return (value) => wanted.includes(value);
	const { not, matches, not_matches: unlike } = wanted;
	return (value) =>
		(not === undefined || value !== not) &&
		(matches === undefined || matches.test(value)) &&
		(unlike === undefined || !unlike.test(value));
}

function isList(wanted: object): wanted is readonly string[] {
	return Array.isArray(wanted);
}

/**
 * Reads a regular expression as Prometheus does: it has to match the whole value, the dot matches line breaks, and there are
 * no backreferences and no looking around (RE2 has none).
 *
 * @returns the expression, or what is wrong with it
 */
function readPattern(text: string): RegExp | string {
	const bare = text.replace(/\\\\/g, "");
	if (/\(\?(?:<?[=!])|\\[1-9]|\\k</.test(bare))
		return "is no regular expression of Prometheus: it looks around or back";
	const [, flags = "", rest = ""] = /^(?:\(\?([is]+)\))?([\s\S]*)$/.exec(text) ?? [];
	try {
		return new RegExp(`^(?:${rest.replaceAll("(?P<", "(?<")})$`, flags.includes("i") ? "sui" : "su");
	} catch (error) {
		const words = error instanceof Error ? error.message.replace(/^.*\/\w*: /, "") : "";
		return `is no regular expression${words && `: ${words}`}`;
	}
}

/** Whether labels pass all tests. */
export function passes(labels: Readonly<Record<string, string>>, where: Where): boolean {
	return where.every(({ label, test }) => test(Object.hasOwn(labels, label) ? (labels[label] as string) : ""));
}
