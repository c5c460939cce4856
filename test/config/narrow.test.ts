import { expect, test } from "vitest";
import { type Gist, gistOf, isWhole } from "../../src/config/gist.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { Part } from "../../src/config/narrow.ts";
import { loadPart } from "../../src/config/part.ts";
import { readYaml } from "../../src/config/yaml.ts";
import { type Kinds, loadKinds } from "../../src/probe/kinds.ts";
import { memoryDisk } from "../support/config.ts";

const FILE = "/c/alerts.yaml";
const check = (name: string, more = "") =>
	`name: ${name}\nsummary: It answers.\nprobe: { kind: http, path: / }\nevery: 30s\n${more}`;
const ALERTS = `
instances:
  design: { url: "http://a.test", labels: { role: design } }
  auto: { url: "http://b.test", api_key: "\${KEY}" }
check_files: [checks]
checks:
  - front
  - { use: back, parents: [front], every: 20s, timeout: 5s }
  - { use: back, as: other, on: { role: design } }
channels: { ops: { type: webhook, url: "\${HOOK_URL}" } }
routes: [{ to: [ops] }]
`;
const ENV = { KEY: "key-of-the-node", HOOK_URL: "http://hook.test/" };
const given: Record<string, string> = {
	[FILE]: ALERTS,
	"/c/checks/front.yaml": check("front"),
	"/c/checks/back.yaml": check('"back" # ours', "parents: [front]\nthresholds: { latency: { warning: 2s } }\n"),
	"/c/checks/unused.yaml": check("unused"),
};

const HTTP = (await loadKinds(["http"])) as Kinds;

/** The whole configuration, and what is kept of it. */
function whole(files: Record<string, string>) {
	const read = new Map<string, unknown>();
	const parse = (text: string, path: string) => {
		const found = readYaml(text, path);
		read.set(path, found.data);
		return found;
	};
	const loaded = loadConfig(FILE, { env: ENV, disk: memoryDisk(files), parse });
	if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
	return { config: loaded.config, gist: gistOf(FILE, read, loaded.config.secrets) };
}

/** A part of it, and the files that were read for that. */
async function partOf(
	files: Record<string, string>,
	part: Part,
	{ env = ENV, gist = whole(files).gist }: { env?: Record<string, string>; gist?: Gist } = {},
) {
	const read: string[] = [];
	const disk = memoryDisk(files);
	const readText = (path: string) => {
		read.push(path);
		return disk.readText(path);
	};
	const loaded = await loadPart(FILE, { ...part, kinds: HTTP, gist }, { env, disk: { ...disk, readText } });
	return { loaded, read };
}

const PARTS: readonly Part[] = [
	{ instance: "design", check: "back" },
	{ instance: "design", check: "other" },
	{ instance: "auto", check: "front" },
	{ instance: "design" },
];

async function expectSame(files: Record<string, string>, part: Part): Promise<readonly string[]> {
	const { config } = whole(files);
	const { loaded, read } = await partOf(files, part);
	if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
	const wanted = config.checks.filter(
		({ instance, name }) => instance.name === part.instance && (part.check === undefined || name === part.check),
	);
	const plain = (checks: readonly object[]) => JSON.stringify(checks.map((one) => ({ ...one, parents: [] })));
	expect(plain(loaded.config.checks)).toBe(plain(wanted));
	expect(loaded.config.checks.length).toBeGreaterThan(0);
	expect(loaded.config.instances.get(part.instance)?.apiKey?.reveal()).toBe(
		config.instances.get(part.instance)?.apiKey?.reveal(),
	);
	expect(loaded.config.store).toEqual(config.store);
	expect(loaded.config.answers).toEqual(config.answers);
	return read;
}

test.each(PARTS)(
	"a part of a configuration is the same part of the whole, parents aside: $instance $check",
	async (part) => {
		expect(await expectSame(given, part)).toEqual([]);
	},
);

test("a file with a secret in clear is not kept, but read again", async () => {
	const clear = { ...given, [FILE]: ALERTS.replace("${KEY}", "k-in-clear") };
	const { gist } = whole(clear);
	expect(JSON.stringify(gist)).not.toContain("k-in-clear");
	expect(await expectSame(clear, { instance: "auto", check: "front" })).toEqual([FILE]);
	expect(await expectSame(clear, { instance: "design" })).toEqual([FILE]);
});

test("what JSON has no word for is not kept", () => {
	const files = new Map<string, unknown>([
		[FILE, {}],
		["/c/checks/a.yaml", { name: "a", most: Number.POSITIVE_INFINITY }],
	]);
	const gist = gistOf(FILE, files, []);
	expect(gist).toEqual({ declared: { a: "/c/checks/a.yaml" }, data: { [FILE]: {} } });
	expect(isWhole(gist, FILE)).toBe(false);
});

test("of channels and routes nothing is kept", () => {
	expect(JSON.stringify(whole(given).gist)).not.toMatch(/HOOK_URL|routes/);
});

test("what a part does not need is not filled in, and its mistakes go unseen", async () => {
	const { gist } = whole(given);
	const none = { env: {}, gist };
	expect((await partOf(given, { instance: "design", check: "front" }, none)).loaded.ok).toBe(true);
	expect((await partOf(given, { instance: "auto", check: "front" }, none)).loaded.ok).toBe(false);
});

test("a check that is not known is refused in part, so that all has to be read", async () => {
	expect((await partOf(given, { instance: "design", check: "nothing" })).loaded.ok).toBe(false);
	const { gist } = whole(given);
	const { front: _front, ...declared } = gist.declared;
	const less = { gist: { ...gist, declared } };
	expect((await partOf(given, { instance: "design", check: "front" }, less)).loaded.ok).toBe(false);
});

test("a check of a kind that was not loaded is refused in part, so that all has to be read", async () => {
	const other = {
		...given,
		"/c/checks/front.yaml": check("front").replace("kind: http, path: /", "kind: dss-licence"),
		[FILE]: ALERTS.replace('http://a.test"', 'https://a.test", api_key: "${KEY}"'),
	};
	expect((await partOf(other, { instance: "design", check: "front" })).loaded.ok).toBe(false);
});
