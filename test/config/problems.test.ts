import { expect, test } from "vitest";
import { collectProblems, formatProblem, formatProblems, type Place } from "../../src/config/problems.ts";

const place = (line: number, column = 1, file = "alerts.yaml"): Place => ({ file, line, column, path: "" });
const asIs = (text: string) => text;

test("problems are told by file and line, each once", () => {
	const problems = collectProblems(asIs);
	problems.error(place(9), "later");
	problems.warning(place(2, 5), "second");
	problems.error(place(2, 1), "first");
	problems.error(place(2, 1), "first");
	problems.error(place(1, 1, "z.yaml"), "other file");
	expect(problems.list().map(({ message }) => message)).toEqual(["first", "second", "later", "other file"]);
});

test("a problem reads as compilers write it, with its line, a caret and what to do", () => {
	const problem = {
		...place(12, 3),
		severity: "error" as const,
		message: 'unknown key "chanels"',
		hint: 'did you mean "channels"?',
		excerpt: { text: "  chanels: {}", caret: 2 },
	};
	expect(formatProblem(problem)).toBe(
		'alerts.yaml:12:3: unknown key "chanels"\n      chanels: {}\n      ^ did you mean "channels"?',
	);
});

test("a warning says so, and a hint without a line stands alone", () => {
	const problem = { ...place(1), severity: "warning" as const, message: "odd", hint: "look" };
	expect(formatProblem(problem)).toBe("alerts.yaml:1:1: warning: odd\n    look");
});

test("tabs before the caret are kept and long lines are cut around it", () => {
	const tabbed = { ...place(1, 3), severity: "error" as const, message: "m", excerpt: { text: "\ta b", caret: 3 } };
	expect(formatProblem(tabbed).split("\n")[2]).toBe("    \t  ^");
	const text = `${"x".repeat(500)}HERE${"x".repeat(500)}`;
	const [, line, mark] = formatProblem({ ...tabbed, excerpt: { text, caret: 500 } }).split("\n") as [
		string,
		string,
		string,
	];
	expect(line.length).toBeLessThan(130);
	expect(line.slice(mark.indexOf("^"))).toMatch(/^HERE/);
});

test("colours are those that are handed in", () => {
	const paint = {
		error: (text: string) => `<e>${text}</e>`,
		warning: (text: string) => `<w>${text}</w>`,
		faint: (text: string) => `<f>${text}</f>`,
	};
	const base = { ...place(1), message: "m", excerpt: { text: "a", caret: 0 } };
	const text = formatProblems(
		[
			{ ...base, severity: "error" },
			{ ...base, severity: "warning" },
		],
		paint,
	);
	expect(text).toContain("<e>m</e>");
	expect(text).toContain("<w>warning:</w> m");
	expect(text).toContain("<f>    a</f>");
});

test("what must not be shown is taken out of message and hint", () => {
	const problems = collectProblems((text) => text.replaceAll("s3cret", "${KEY}"));
	problems.error(place(1), 'unknown check "s3cret"', 'did you mean "s3cret2"?');
	expect(problems.list()[0]).toMatchObject({ message: 'unknown check "${KEY}"', hint: 'did you mean "${KEY}2"?' });
});
