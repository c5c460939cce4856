import { expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import type { Part } from "../../src/config/narrow.ts";
import { loadPart } from "../../src/config/part.ts";
import { type Kinds, loadKinds } from "../../src/probe/kinds.ts";
import { memoryDisk } from "../support/config.ts";

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
const ENV = { KEY: "k", HOOK_URL: "http://hook.test/" };
const given: Record<string, string> = {
	"/c/alerts.yaml": ALERTS,
	"/c/checks/front.yaml": check("front"),
	"/c/checks/back.yaml": check('"back" # ours', "parents: [front]\nthresholds: { latency: { warning: 2s } }\n"),
	"/c/checks/unused.yaml": check("unused"),
};

const HTTP = (await loadKinds(["http"])) as Kinds;

function load(files: Record<string, string>, part?: Part, env: Record<string, string> = ENV) {
	const read: string[] = [];
	const disk = memoryDisk(files);
	const noting = {
		...disk,
		list: (path: string) =>
			path === "/c/checks" ? Object.keys(files).filter((name) => name.startsWith("/c/checks/")) : disk.list(path),
		readText: (path: string) => {
			read.push(path);
			return disk.readText(path);
		},
	};
	const sources = { env, disk: noting };
	const loaded = part
		? loadPart("/c/alerts.yaml", { ...part, kinds: HTTP }, sources)
		: loadConfig("/c/alerts.yaml", sources);
	return { loaded, read };
}

test("a part of a configuration is the same part of the whole, parents aside", () => {
	const whole = load(given).loaded;
	if (!whole.ok) throw new Error(JSON.stringify(whole.problems));
	for (const part of [
		{ instance: "design", check: "back" },
		{ instance: "design", check: "other" },
		{ instance: "auto", check: "front" },
		{ instance: "design" },
	]) {
		const some = load(given, part).loaded;
		if (!some.ok) throw new Error(JSON.stringify(some.problems));
		const wanted = whole.config.checks.filter(
			({ instance, name }) => instance.name === part.instance && (part.check === undefined || name === part.check),
		);
		const plain = (checks: readonly object[]) => JSON.stringify(checks.map((one) => ({ ...one, parents: [] })));
		expect(plain(some.config.checks)).toBe(plain(wanted));
		expect(some.config.checks.length).toBeGreaterThan(0);
		expect(some.config.store).toEqual(whole.config.store);
		expect(some.config.answers).toEqual(whole.config.answers);
	}
});

test("what a part does not need is not filled in, and its mistakes go unseen", () => {
	const broken = { ...given, "/c/checks/unused.yaml": "name: [" };
	expect(load(broken, { instance: "design", check: "front" }, {}).loaded.ok).toBe(true);
	expect(load(broken).loaded.ok).toBe(false);
	expect(load(given, { instance: "auto", check: "front" }, {}).loaded.ok).toBe(false);
});

test("a check that is declared in an unusual way is not found in part, so that all has to be read", () => {
	const odd = {
		...given,
		"/c/checks/front.yaml": '{ "name": front, summary: It., probe: { kind: http, path: / }, every: 30s }',
	};
	expect(load(odd).loaded.ok).toBe(true);
	expect(load(odd, { instance: "design", check: "front" }).loaded.ok).toBe(false);
});

test("a check of a kind that was not loaded is refused in part, so that all has to be read", () => {
	const other = {
		...given,
		"/c/checks/front.yaml": check("front").replace("kind: http, path: /", "kind: dss-licence"),
	};
	const keyed = { ...other, "/c/alerts.yaml": ALERTS.replace('http://a.test"', 'https://a.test", api_key: k') };
	expect(load(keyed).loaded.ok).toBe(true);
	expect(load(keyed, { instance: "design", check: "front" }).loaded.ok).toBe(false);
});
