import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { checksPage } from "../build/checks-page.ts";
import { runProgram } from "../src/cli/program.ts";
import { loadConfig } from "../src/config/load.ts";
import { formatProblems } from "../src/config/problems.ts";
import { readYaml } from "../src/config/yaml.ts";
import { ROLES } from "../src/host/roles.ts";
import { CAUSES } from "../src/model/cause.ts";
import { BODIES } from "../src/notify/bodies.ts";
import { parseTemplate } from "../src/notify/template.ts";
import { PATHS } from "../src/notify/template-paths.ts";
import { kinds } from "../src/probe/probe.ts";
import { faultGuide } from "../src/simulator/fault.ts";
import { families } from "../src/web/families.ts";
import { memoryDisk } from "./support/config.ts";
import { anchors, names, readPage, readPages, rows, section } from "./support/markdown.ts";
import { metricsView, statusView } from "./support/web-view.ts";

const ROOT = resolve(import.meta.dirname, "..");
const pages = readPages();
const configuration = readPage("docs/configuration.md");
const kindsPage = readPage("docs/kinds.md");

interface Schema {
	readonly properties?: Readonly<Record<string, Schema>>;
	readonly additionalProperties?: Schema | boolean;
	readonly items?: Schema;
	readonly anyOf?: readonly Schema[];
	readonly oneOf?: readonly Schema[];
	readonly definitions?: Readonly<Record<string, Schema>>;
	readonly const?: string;
}

const readJson = (name: string) => JSON.parse(readFileSync(join(ROOT, name), "utf8")) as Schema;
const alerts = readJson("schema/alerts.schema.json");
const checkFile = readJson("schema/check.schema.json");
const within = (schema: Schema | undefined, name: string) => schema?.properties?.[name] ?? {};
const entryOf = ({ additionalProperties: entry }: Schema) => (typeof entry === "object" ? entry : {});
const keysOf = (schema: Schema | undefined) => Object.keys(schema?.properties ?? {});
const variant = (schema: Schema, by: string, name: string) =>
	schema.oneOf?.find((one) => within(one, by).const === name);

const instance = entryOf(within(alerts, "instances"));
const use = within(alerts, "checks").items?.anyOf?.find(({ properties }) => properties);
const channel = (type: string) => variant(entryOf(within(alerts, "channels")), "type", type);
const zabbix = variant(entryOf(within(alerts, "sinks")), "type", "zabbix");
const shared = ["type", "fallback", "timeout", "give_up_after", "rate"];
const own = (type: string) => keysOf(channel(type)).filter((key) => !shared.includes(key));
const route = alerts.definitions?.["__schema0"];
const probe = (kind: string) => variant(within(checkFile, "probe"), "kind", kind);
const series = entryOf(within(probe("feed") ?? {}, "series"));

describe("docs/configuration.md and docs/kinds.md name exactly the keys that are accepted", () => {
	test.each([
		["alerts.yaml", keysOf(alerts)],
		["instances", keysOf(instance)],
		["tls", keysOf(within(instance, "tls"))],
		["checks", keysOf(use)],
		["channels", keysOf(channel("slack")).filter((key) => shared.includes(key))],
		["type: email", own("email")],
		["type: slack", own("slack")],
		["type: webhook", own("webhook")],
		["type: heartbeat", own("heartbeat")],
		["routes", keysOf(route)],
		["escalate", keysOf(within(route, "escalate").items)],
		["maintenance", keysOf(within(alerts, "maintenance").items)],
		["store", keysOf(within(alerts, "store").anyOf?.find(({ properties }) => properties))],
		["web", keysOf(within(alerts, "web"))],
		["answers", keysOf(within(alerts, "answers"))],
		["type: zabbix", keysOf(zabbix)],
		["tls of a sink", keysOf(within(zabbix, "tls"))],
		["psk of a sink", keysOf(within(zabbix, "psk"))],
		["Check files", keysOf(checkFile)],
		["Conditions", keysOf(within(checkFile, "expect").items)],
		["Thresholds", keysOf(entryOf(within(checkFile, "thresholds")))],
	])("under %s", (heading, keys) => {
		expect(keys).not.toEqual([]);
		expect(names(section(configuration, heading), "Key").toSorted()).toEqual(keys.toSorted());
	});

	test.each([
		...Object.keys(kinds).map((kind) => [`Kind ${kind}`, keysOf(probe(kind))] as const),
		["series", keysOf(series)],
		["where", keysOf(entryOf(within(series, "where")).anyOf?.find(({ properties }) => properties))],
		["balance", keysOf(within(series, "balance"))],
		["docker", keysOf(within(probe("feed") ?? {}, "docker"))],
	] as const)("under %s", (heading, keys) => {
		expect(keys).not.toEqual([]);
		expect(names(section(kindsPage, heading), "Key").toSorted()).toEqual(keys.toSorted());
	});

	test("and no section of the schemas is left out", () => {
		const all = new Set<string>();
		const collect = (part: unknown): void => {
			if (typeof part !== "object" || part === null) return;
			for (const key of keysOf(part as Schema)) all.add(key);
			for (const inner of Object.values(part)) collect(inner);
		};
		collect([alerts, checkFile]);
		const told = new Set([configuration, kindsPage].flatMap(({ text }) => names(text, "Key")));
		expect([...all].filter((key) => !told.has(key))).toEqual([]);
	});

	test.each(Object.entries(kinds))("and what conditions of the kind %s can name", (kind, { values, facts }) => {
		const told = names(section(kindsPage, `Kind ${kind}`), "Value").flatMap((name) =>
			name.startsWith("ROLE_") ? ROLES.map((role) => name.replace("ROLE", role)) : [name],
		);
		expect(told.toSorted()).toEqual(Object.keys({ ...values, ...facts }).toSorted());
	});
});

test("docs/webhook.md names every body and everything that a template can name", () => {
	const page = readPage("docs/webhook.md");
	expect(names(section(page, "Other bodies"), "Body").toSorted()).toEqual(Object.keys(BODIES));
	const told = names(section(page, "A body of your own"), "Placeholder");
	expect(told.toSorted()).toEqual([...Object.keys(PATHS), "with.*"].toSorted());
});

test("the template in docs/webhook.md is in order", () => {
	const [text = ""] = readPage("docs/webhook.md")
		.blocks.map((block) => block.text)
		.filter((block) => block.startsWith("about:"));
	expect(parseTemplate(readYaml(text, "own.yaml").data)).toHaveProperty("template");
});

/** Values for whatever an example fills in. */
function environmentOf(text: string): Record<string, string> {
	const wanted = [...text.matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name = ""]) => name);
	return Object.fromEntries(wanted.map((name) => [name, /URL/.test(name) ? "https://a.example.com/x" : `a-${name}`]));
}

const complete = pages.flatMap(({ path, blocks }) =>
	blocks
		.filter(({ language }) => language === "yaml")
		.flatMap(({ text }) => {
			const file = /^# (\S+\.yaml)$/m.exec(text.split("\n")[0] ?? "")?.[1];
			return file === undefined ? [] : [{ path, file, text }];
		}),
);

test("the documentation has complete examples", () => {
	expect(complete.length).toBeGreaterThan(3);
});

test.each(complete)("the complete $file in $path has no problems", ({ file, text }) => {
	const keys = Object.fromEntries([...text.matchAll(/\$\{file:([^}]+)\}/g)].map(([, name = ""]) => [name, "a-key"]));
	const isCheck = file.startsWith("checks/");
	const top = isCheck
		? `instances: { design: { url: "https://a.example.com", api_key: "\${KEY}" } }\nchecks: [${/^name: (.+)$/m.exec(text)?.[1]}]\nroutes: [{ to: [] }]\n`
		: text;
	const disk = memoryDisk({ ...keys, [join(ROOT, "example.yaml")]: top, ...(isCheck && { [join(ROOT, file)]: text }) });
	const given = isCheck ? `check_files: [${file}]\n${top}` : top;
	const alertsDisk = {
		...disk,
		readText: (path: string) => (path.endsWith("example.yaml") ? given : disk.readText(path)),
	};
	const loaded = loadConfig(join(ROOT, "example.yaml"), {
		env: environmentOf(given),
		disk: isCheck ? { ...alertsDisk, list: () => undefined } : alertsDisk,
	});
	expect(formatProblems(loaded.ok ? loaded.config.warnings : loaded.problems)).toBe("");
});

/** What a verb's own help says: its options, each with whether it takes a value. */
async function optionsOf(verb: readonly string[]): Promise<{ help: string; options: Map<string, boolean> }> {
	let help = "";
	const write = (text: string) => {
		help += `${text}\n`;
	};
	const paint = (_style: string, text: string) => text;
	await runProgram([...verb, "--help"], {
		terminal: { out: write, err: write, isPerson: false, width: 200, paint },
		env: {},
		onSignal: () => () => {},
		exit: () => {
			throw new Error("ended");
		},
	});
	const listed = [...help.matchAll(/^ {2}(?:(-\w), )?(--[\w-]+)( <)?/gm)];
	const options = new Map<string, boolean>();
	for (const [, short, long = "", value] of listed) {
		for (const name of [short, long]) if (name) options.set(name, value !== undefined);
	}
	return { help, options };
}

const CALL = /(?:^|[\s&*$])(?:dss-probe|npm start(?: --silent)? --|(?:src|dist)\/main\.[tj]s)( [^\n`|&#"]*)?/g;
const calls = [
	...new Set(
		pages
			.flatMap(({ blocks, inline }) => [
				...blocks.filter(({ language }) => ["sh", "ini", "text"].includes(language)).map(({ text }) => text),
				...inline.filter((code) => /^(?:dss-probe|npm start)( |$)/.test(code)),
			])
			.flatMap((code) => [...code.matchAll(CALL)].map(([, words = ""]) => words.trim()))
			.filter((words) => words !== "" && !/^[^a-z-]/.test(words)),
	),
];

/** The verb of a call, with the one inside it: `silence add`. Options may stand before it. */
async function verbIn(words: readonly string[]): Promise<readonly string[]> {
	const verb: string[] = [];
	for (let rest = words; ; ) {
		const { help } = await optionsOf(verb);
		const [commands = ""] = (help.split("\nCommands:\n")[1] ?? "").split("\n\n");
		const listed = [...commands.matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name]) => name);
		const at = rest.findIndex((word) => listed.includes(word));
		if (at < 0) return verb;
		verb.push(rest[at] as string);
		rest = rest.slice(at + 1);
	}
}

test("the documentation shows commands", () => {
	expect(calls.length).toBeGreaterThan(10);
});

test.each(calls)("the command dss-probe %s exists with these options", async (call) => {
	const words = call.split(/\s+/);
	const verb = await verbIn(words);
	if (!words[0]?.startsWith("-")) expect(verb[0]).toBe(words[0]);
	const { options } = await optionsOf(verb);
	expect(words.filter((word) => word.startsWith("-") && !options.has(word))).toEqual([]);
});

test("docs/semantics.md lists every cause with its layer, its words and what to do", () => {
	const told = rows(section(readPage("docs/semantics.md"), "All causes"));
	const known = Object.entries(CAUSES).map(([code, { layer, text, hint }]) => [`\`${code}\``, layer, text, hint]);
	expect(told).toEqual(known);
});

test("docs/operations.md lists every metric", () => {
	const known = families(statusView({}), metricsView).map(({ name }) => name);
	expect(names(readPage("docs/operations.md").text, "Metric")).toEqual(known);
});

test("docs/checks.md shows the shipped checks as they are (npm run schema makes it)", () => {
	expect(readPage("docs/checks.md").text).toBe(checksPage());
});

test("docs/simulator.md lists every fault", () => {
	const told = rows(section(readPage("docs/simulator.md"), "Faults"));
	expect(told).toEqual(faultGuide.map(({ fault, about }) => [`\`${fault}\``, about]));
});

test("docs/webhook.md names every type of message and every member of an alert", () => {
	const schema = readFileSync(join(ROOT, "schema/webhook.schema.json"), "utf8");
	const { text } = readPage("docs/webhook.md");
	expect(
		[...schema.matchAll(/"((?:alert|instance)\.\w+)"/g)]
			.map(([, type]) => type)
			.filter((type) => !text.includes(`\`${type}\``)),
	).toEqual([]);
	const body = JSON.parse(schema) as Schema;
	const members = keysOf(within(within(body, "data"), "alerts").items);
	expect(members.filter((name) => !text.includes(`"${name}"`) && !text.includes(`\`${name}\``))).toEqual([]);
});

test("the map in src/README.md shows every room, and only files that exist", () => {
	const map = readPage("src/README.md");
	const there = readdirSync(join(ROOT, "src"), { withFileTypes: true })
		.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
		.filter((name) => name !== "README.md");
	const shown = [...(map.blocks[0]?.text ?? "").matchAll(/^([\w.]+\/?) /gm)].map(([, name]) => name);
	expect(shown.toSorted()).toEqual(there.toSorted());
	const files = map.inline.filter((code) => /^[a-z]+\/[\w-]+\.ts$/.test(code));
	expect(files.filter((file) => !existsSync(join(ROOT, "src", file)) && !existsSync(join(ROOT, file)))).toEqual([]);
});

test("every link inside the documentation leads somewhere", () => {
	const dead = pages.flatMap((page) =>
		[...page.text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = ""]) => {
			if (/^https?:/.test(link)) return [];
			const [file = "", anchor] = link.split("#");
			const path = file === "" ? page.path : join(dirname(page.path), file);
			if (!existsSync(join(ROOT, path))) return [`${page.path}: ${link}`];
			return anchor === undefined || anchors(readPage(path)).includes(anchor) ? [] : [`${page.path}: ${link}`];
		}),
	);
	expect(dead).toEqual([]);
});

test("every script that is named exists", () => {
	const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: object };
	const named = pages.flatMap(({ text }) => [...text.matchAll(/npm run ([\w-]+)/g)].map(([, name = ""]) => name));
	expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test("README.md links every shipped check once in its table", () => {
	const text = section(readPage("README.md"), "What it checks");
	const table = text.split("\n").filter((line) => line.startsWith("| "));
	const linked = table.flatMap((line) => [...line.matchAll(/checks\/([\w-]+\.yaml)/g)].map(([, name]) => name));
	expect(linked.toSorted()).toEqual(readdirSync(join(ROOT, "checks")).toSorted());
});

test("alerts.yaml names every shipped check", () => {
	const text = readFileSync(join(ROOT, "alerts.yaml"), "utf8");
	const shipped = readdirSync(join(ROOT, "checks")).map((name) => name.replace(/\.yaml$/, ""));
	expect(shipped.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
});
