import { expect, test } from "vitest";
import { fill, type Node, parseTemplate } from "../../src/notify/template.ts";
import { PATHS } from "../../src/notify/template-paths.ts";
import { alertsOf, scopesOf } from "../../src/notify/template-scope.ts";
import { MONDAY_MORNING } from "../support/clock.ts";
import { notification, snapshot } from "../support/notifications.ts";

const SCOPE = {
	title: 'a "quoted"\nline',
	left_out: 0,
	flag: true,
	alerts: [{ check: "x", facts: [{ label: "Seen", text: "1" }] }, { check: "y" }],
	labels: { env: "prod", "cost-center": "7" },
};

const cases: readonly (readonly [string, Node, unknown])[] = [
	["a text without placeholders stays", "plain } { {x}", "plain } { {x}"],
	["a placeholder in a text becomes text", "<{{title}}> {{ left_out }}", '<a "quoted"\nline> 0'],
	["a text that is only a placeholder becomes the value with its type", "{{left_out}}", 0],
	["a map is put in as a map", { all: "{{labels}}" }, { all: { env: "prod", "cost-center": "7" } }],
	["one entry of a map", "{{labels.cost-center}}", "7"],
	["a value that is not there leaves the member out", { a: "{{nothing}}", b: null, c: 1 }, { b: null, c: 1 }],
	["and the entry of a list", ["{{nothing}}", "x"], ["x"]],
	["in the middle of a text it is empty", "[{{nothing}}]", "[]"],
	["what an object inherits is not there", "[{{title.length}}{{constructor}}{{__proto__}}]", "[]"],
	["a case by value", { $case: "{{left_out}}", when: { "0": "none", "1": "one" }, else: "many" }, "none"],
	["a case that is none of them", { $case: "{{flag}}", when: { false: 1 }, else: { b: "{{flag}}" } }, { b: true }],
	["a case without a value", { $case: "{{nothing}}", else: "there", none: "absent" }, "absent"],
	["a case without a branch leaves the place out", { a: { $case: "{{flag}}", when: {} } }, {}],
	["a case by a name that every object has", { $case: "{{labels.env}}", when: {}, else: 1 }, 1],
	["a list", { $each: "alerts", do: { name: "{{alert.check}}" } }, [{ name: "x" }, { name: "y" }]],
	["a cut", { $cut: 6, of: "{{title}}" }, "a ..."],
	["a cut of what is no text", { $cut: 1, of: "{{left_out}}" }, 0],
];

test.for(cases)("%s", ([, node, expected]) => {
	expect(fill(node, SCOPE)).toEqual(expected);
});

test("a list within a list", () => {
	const node: Node = { $each: "alerts", do: { $each: "alert.facts", do: "{{alert.check}} {{fact.label}}" } };
	const alerts = [SCOPE.alerts[0], { check: "y", facts: [{ label: "A" }, { label: "B" }] }];
	expect(fill(node, { alerts })).toEqual([["x Seen"], ["y A", "y B"]]);
});

test("whatever a value holds, the result is JSON of the same shape", () => {
	const hostile = '","admin":true,"x":"\\ \u2028 {{with.key}} ${x} </script>';
	const filled = fill({ a: "{{title}}", b: "<{{title}}>" }, { title: hostile, with: { key: "secret" } });
	expect(JSON.parse(JSON.stringify(filled))).toEqual({ a: hostile, b: `<${hostile}>` });
});

const whole = (body: Node, more: object = {}) =>
	parseTemplate({ alerts: { most: 10, beyond: "cut" }, max_bytes: 10_000, body, ...more });

const refused: readonly (readonly [Node, string, object?])[] = [
	["{{titel}}", 'unknown placeholder "{{titel}}"'],
	[{ a: [{ b: "x {{alert.check}}" }] }, 'unknown placeholder "{{alert.check}}"'],
	["{{fact.text}}", 'unknown placeholder "{{fact.text}}"', { alerts: { most: 1, beyond: "split" } }],
	["{{with.key}}", 'unknown placeholder "{{with.key}}"', { with: ["other"] }],
	["{{}}", 'unknown placeholder "{{}}"'],
	[{ $caes: "{{title}}" }, 'unknown operator "$caes"'],
	[{ $case: "{{title}}", when: {}, els: 1 }, '"els" does not belong to $case'],
	[{ $case: "title" }, "$case takes one placeholder"],
	[{ $case: "{{titel}}" }, 'unknown placeholder "{{titel}}"'],
	[{ $case: "{{title}}", when: { a: "{{titel}}" } }, 'unknown placeholder "{{titel}}"'],
	[{ $each: "title", do: 1 }, "$each takes the name of a list"],
	[{ $each: "alert.facts", do: 1 }, "$each takes the name of a list"],
	[{ $each: "alerts", do: "{{alert.chek}}" }, 'unknown placeholder "{{alert.chek}}"'],
	[{ $cut: "10", of: "x" }, "$cut takes a number of bytes"],
	[{ $cut: 10, of: "{{titel}}" }, 'unknown placeholder "{{titel}}"'],
];

test.for(refused)("%j is refused when it is read: %s", ([body, message, more]) => {
	const read = whole(body, more);
	expect("problems" in read && read.problems.map((problem) => problem.message).join()).toContain(message);
});

test("a path is checked as the body is, and a mistake tells its place and what is known there", () => {
	const read = whole(1, { path: { $case: "{{titel}}" }, with: ["key"] });
	expect(read).toMatchObject({ problems: [{ path: ["path", "$case"], name: "titel" }] });
	const [problem] = "problems" in read ? read.problems : [];
	expect(problem?.known).toEqual(expect.arrayContaining(["title", "with.key"]));
	expect(problem?.known).not.toContain("alert.check");
});

test.for([
	{ body: 1, max_bytes: 1_000 },
	{ alerts: { most: 0, beyond: "cut" }, max_bytes: 10_000, body: 1 },
	{ alerts: { most: 1, beyond: "drop" }, max_bytes: 10_000, body: 1 },
	{ alerts: { most: 1, beyond: "cut" }, max_bytes: 10_000 },
	{ alerts: { most: 1, beyond: "cut" }, max_bytes: 10_000, body: 1, bdy: 2 },
	[],
	"text",
])("%j is no template", (written) => {
	expect("problems" in parseTemplate(written)).toBe(true);
});

test("every path that a template can name has a value, and no value is without a name", () => {
	const ack = { incident: "i", at: MONDAY_MORNING, author: "anna", comment: "on it" };
	const full = snapshot({
		flapping: true,
		flappingSince: MONDAY_MORNING,
		ack,
		resolvedAt: 1,
		state: "resolved",
		advice: "a",
	});
	const sent = notification({ group: "instance=design", alerts: [full, snapshot({ check: "other" })] });
	const scope = scopesOf(sent, {})(alertsOf(sent).slice(1), alertsOf(sent).slice(0, 1));
	const found = new Set<string>();
	const walk = (value: unknown, path: string): void => {
		const stars = `${path.slice(0, path.lastIndexOf("."))}.*`;
		if (path !== "" && typeof value !== "undefined") found.add(stars in PATHS ? stars : path);
		if (path in PATHS && !["alerts", "alert.facts"].includes(path) && !(`${path}.*` in PATHS)) return;
		if (typeof value !== "object" || value === null) return;
		for (const [name, below] of Object.entries(value)) walk(below, path === "" ? name : `${path}.${name}`);
	};
	walk({ ...scope, with: undefined, alerts: [] }, "");
	walk((scope["alert"] as { facts: unknown[] }).facts[0], "fact");
	for (const notPath of ["alert", "cause", "alert.cause", "fact", "alert.facts.0"]) found.delete(notPath);
	expect([...found].filter((path) => !path.startsWith("alert.facts.")).toSorted()).toEqual(
		Object.keys(PATHS).toSorted(),
	);
});
