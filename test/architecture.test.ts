import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const SRC = resolve(import.meta.dirname, "../src");

/** The ladder: a file imports only from lower steps and from its own room. Rooms on one step never import each other. */
const STEPS: Readonly<Record<string, number>> = {
	"main.ts": 7,
	cli: 6,
	app: 5,
	canary: 5,
	pipeline: 4,
	examine: 4,
	discover: 4,
	config: 3,
	schedule: 2,
	probe: 2,
	evaluate: 2,
	state: 2,
	dispatch: 2,
	notify: 2,
	store: 2,
	sinks: 2,
	control: 2,
	systemd: 2,
	web: 2,
	simulator: 2,
	zabbix: 2,
	report: 2,
	dss: 1.5,
	host: 1.5,
	feed: 1.5,
	model: 1,
	"clock.ts": 1,
	// The log redacts, so it knows what a secret is.
	"log.ts": 1.2,
	"html.ts": 1,
};

/** Each outside thing has its doors: the files and rooms that may import it. zod may be used anywhere. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
	bree: ["schedule/bree.ts"],
	nodemailer: ["notify/email.ts", "notify/mail-greeting.ts"],
	"@slack/webhook": ["notify/slack.ts"],
	undici: ["dss/", "probe/", "notify/webhook.ts", "cli/"],
	"@marcbachmann/cel-js": ["evaluate/condition.ts"],
	// Configuration and feeds are read, templates for Zabbix are written.
	yaml: ["config/yaml.ts", "probe/feed/feed-file.ts", "examine/files.ts", "zabbix/write.ts"],
	pino: ["log.ts"],
	commander: ["cli/", "main.ts"],
	fastify: ["web/", "simulator/"],
	"prom-client": ["web/"],
	croner: ["schedule/", "dispatch/window.ts"],
	"smtp-server": ["cli/"],
	"postal-mime": ["cli/"],
	"node:sqlite": ["store/"],
	"node:fs": [
		"config/",
		"store/",
		"control/",
		"cli/",
		"host/",
		"main.ts",
		"probe/feed/feed-file.ts",
		"examine/files.ts",
	],
	"node:child_process": ["host/", "systemd/", "cli/other-user.ts"],
	"node:process": ["main.ts", "cli/", "host/child.ts"],
};

/** Globals that only the named files may touch. */
const GLOBALS: readonly { readonly pattern: RegExp; readonly doors: readonly string[] }[] = [
	{ pattern: /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/, doors: ["clock.ts"] },
	{ pattern: /\bset(?:Timeout|Interval)\(/, doors: ["clock.ts"] },
	{ pattern: /\bAbortSignal\.timeout\(/, doors: [] },
	{ pattern: /\bprocess\.(?!versions)/, doors: ["main.ts", "cli/"] },
	{ pattern: /\bconsole\./, doors: [] },
];

/** Lines of a source file: more than one purpose takes more than one file. */
const LONGEST_FILE = 250;

interface SourceFile {
	readonly path: string;
	readonly text: string;
	/** Imported source files, relative to src. */
	readonly inside: readonly string[];
	/** Imported packages. */
	readonly outside: readonly string[];
}

const files: readonly SourceFile[] = readdirSync(SRC, { recursive: true, encoding: "utf8" })
	.filter((path) => path.endsWith(".ts"))
	.map((path) => {
		const text = readFileSync(join(SRC, path), "utf8");
		const specifiers = [...text.matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|^import\s+)"([^"]+)"/gm)].map(
			(found) => found[1] as string,
		);
		return {
			path,
			text,
			inside: specifiers
				.filter((specifier) => specifier.startsWith("."))
				.map((specifier) => relative(SRC, resolve(SRC, dirname(path), specifier))),
			outside: specifiers.filter((specifier) => !specifier.startsWith(".")),
		};
	});

const roomOf = (path: string) => path.split("/")[0] as string;
const mayUse = (path: string, doors: readonly string[]) =>
	doors.some((door) => (door.endsWith("/") ? path.startsWith(door) : path === door));

test("every file stands on a step of the ladder", () => {
	expect(files.length).toBeGreaterThan(0);
	expect(files.map(({ path }) => roomOf(path)).filter((room) => !(room in STEPS))).toEqual([]);
});

test("imports go down the ladder, never sideways, never up", () => {
	const wrong = files.flatMap(({ path, inside }) =>
		inside
			.filter((target) => {
				if (target.startsWith("..")) return !target.endsWith("package.json");
				const [from, to] = [roomOf(path), roomOf(target)];
				return from !== to && (STEPS[to] as number) >= (STEPS[from] as number);
			})
			.map((target) => `${path} -> ${target}`),
	);
	expect(wrong).toEqual([]);
});

test("no file is longer than can be kept in mind", () => {
	const long = files.filter(({ text }) => text.split("\n").length - 1 > LONGEST_FILE).map(({ path }) => path);
	expect(long).toEqual([]);
});

test("no file imports itself in a circle", () => {
	const circles: string[] = [];
	const done = new Set<string>();
	const visit = (path: string, trail: readonly string[]): void => {
		if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
		else if (!done.has(path)) {
			for (const next of files.find((file) => file.path === path)?.inside ?? []) visit(next, [...trail, path]);
			done.add(path);
		}
	};
	for (const { path } of files) visit(path, []);
	expect(circles).toEqual([]);
});

test("each outside package comes in by its own door", () => {
	const wrong = files.flatMap(({ path, outside }) =>
		outside
			.filter((name) => {
				const known = Object.keys(DOORS).find((door) => name === door || name.startsWith(`${door}/`));
				return known !== undefined && !mayUse(path, DOORS[known] as readonly string[]);
			})
			.map((name) => `${path} -> ${name}`),
	);
	expect(wrong).toEqual([]);
});

test("every package that is imported has a door", () => {
	const unknown = files.flatMap(({ path, outside }) =>
		outside
			.filter((name) => !name.startsWith("node:") && name !== "zod")
			.filter((name) => !Object.keys(DOORS).some((door) => name === door || name.startsWith(`${door}/`)))
			.map((name) => `${path} -> ${name}`),
	);
	expect(unknown).toEqual([]);
});

/** What answers Zabbix from a running daemon, several times a second. Each further file makes every answer slower. */
const QUESTION_FILES = [
	"cli/answers-socket.ts",
	"cli/config-file.ts",
	"cli/exit.ts",
	"cli/question.ts",
	"cli/reports.ts",
	"cli/say.ts",
	"cli/zabbix-words.ts",
	"cli/zabbix.ts",
	"clock.ts",
	"config/defaults.ts",
	"control/client.ts",
	"control/socket.ts",
	"model/alert-code.ts",
	"model/report.ts",
	"model/verdict.ts",
	"report/alert-code.ts",
	"report/lld.ts",
	"report/master.ts",
	"report/read.ts",
	"report/zabbix-value.ts",
];
const QUESTION_BUILTINS = ["node:fs", "node:net", "node:os", "node:path", "node:timers/promises"];

/** What the named files bring along when they are loaded: without what is only loaded when it is needed. */
function loadedBy(...paths: readonly string[]): { readonly loaded: string[]; readonly outside: string[] } {
	const loaded = new Set<string>();
	const outside = new Set<string>();
	const load = (path: string): void => {
		const file = files.find((one) => one.path === path);
		if (!file || loaded.has(path)) return;
		loaded.add(path);
		const code = file.text.replace(/\bimport type [\s\S]*?;/g, "").replace(/\bimport\s*\(/g, "later(");
		for (const [, from = ""] of code.matchAll(/\bfrom\s+"([^"]+)"/g)) {
			if (from.startsWith(".")) load(relative(SRC, resolve(SRC, dirname(path), from)));
			else outside.add(from);
		}
	};
	for (const path of paths) load(path);
	return { loaded: [...loaded], outside: [...outside] };
}

test("an answer for Zabbix loads only what it needs, and no library", () => {
	const { loaded, outside } = loadedBy("cli/zabbix.ts", "cli/say.ts");
	expect(loaded.filter((path) => !path.startsWith("model/causes/")).toSorted()).toEqual(QUESTION_FILES);
	expect(outside.toSorted()).toEqual(QUESTION_BUILTINS);
});

test("a look of one's own loads no kind of probe before it knows which, and nothing that only telling needs", () => {
	const { loaded, outside } = loadedBy("cli/own-look.ts");
	const kindFiles = files.find(({ path }) => path === "probe/kinds.ts")?.inside ?? [];
	const later = kindFiles.filter((path) => !loaded.includes(path));
	expect(loaded.filter((path) => path.startsWith("probe/")).toSorted()).toEqual([
		"probe/deadline.ts",
		"probe/kinds.ts",
		"probe/recall.ts",
	]);
	expect(later.length).toBeGreaterThan(15);
	const rooms = /^(?:notify|sinks|web|store|simulator|feed|host|zabbix|pipeline)\//;
	expect(loaded.filter((path) => rooms.test(path))).toEqual(["store/options.ts"]);
	for (const path of ["config/alerts.ts", "config/load.ts", "dispatch/window.ts"]) expect(loaded).not.toContain(path);
	const packages = outside.filter((name) => !name.startsWith("node:"));
	expect(packages.toSorted()).toEqual(["@marcbachmann/cel-js", "croner", "zod"]);
});

test("one round of looks loads what delivers only when something is to be delivered", () => {
	const { loaded, outside } = loadedBy("cli/once.ts");
	expect(loaded).toContain("app/once.ts");
	expect(
		outside.filter((name) => /^(?:nodemailer|@slack|bree|fastify|prom-client|smtp-server|postal)/.test(name)),
	).toEqual([]);
});

test("only the clock reads the time, only the entry and the verbs touch the process", () => {
	const wrong = files.flatMap(({ path, text }) => {
		const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
		return GLOBALS.filter(({ pattern, doors }) => pattern.test(code) && !mayUse(path, doors)).map(
			({ pattern }) => `${path}: ${pattern}`,
		);
	});
	expect(wrong).toEqual([]);
});
