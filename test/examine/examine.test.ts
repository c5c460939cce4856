import { resolve } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { loadConfig } from "../../src/config/load.ts";
import { sectionsFor, type Wanted } from "../../src/examine/examine.ts";
import type { Machine, Patient } from "../../src/examine/patient.ts";
import { silentLog } from "../../src/log.ts";
import { memoryDisk } from "../support/config.ts";
import { readPage, rows, section } from "../support/markdown.ts";

const CHECKS = resolve(import.meta.dirname, "../../checks");
const TEXT = `
instances:
  design: { url: "https://a.example", api_key: "\${KEY}", admin_key: "\${KEY}" }
  plain: { url: "http://b.example" }
check_files: [${CHECKS}]
checks:
  - get-configuration
  - { use: public-api, on: { instance: design } }
  - { use: canary-job, on: { instance: design }, as: one, with: { project: P, output: o } }
  - { use: canary-job, on: { instance: design }, as: two, with: { project: P, output: o } }
channels:
  mail: { type: email, smtp: "smtp://mail.example", from: a@b.c, to: [a@b.c] }
  pager: { type: webhook, url: "https://c.example/x" }
routes: [{ to: [mail, pager] }]
store: s.db
`;

function namesOf(wanted: Partial<Wanted> = {}, text = TEXT): Readonly<Record<string, readonly string[]>> {
	const loaded = loadConfig("/e/alerts.yaml", {
		env: { KEY: "a-key-of-dss" },
		disk: memoryDisk({ "/e/alerts.yaml": text }),
	});
	const patient: Patient = {
		file: "/e/alerts.yaml",
		loaded,
		config: loaded.ok ? loaded.config : loaded.sound,
		read: new Map(),
		machine: { temporary: "/tmp" } as Machine,
		clock: systemClock,
		daemon: async () => ({ result: "nobody" }),
		dates: [],
	};
	const sections = sectionsFor(
		patient,
		{ isOffline: false, sends: false, ...wanted },
		{ log: silentLog, readText: () => "" },
	);
	return Object.fromEntries(sections.map(({ name, examinations }) => [name, examinations.map((one) => one.name)]));
}

test("docs/doctor.md names every examination in its section", () => {
	const told = rows(section(readPage("docs/doctor.md"), "What is examined")).flatMap(([where = "", names = ""]) =>
		names.split("; ").map((name) => `${where.replaceAll("`", "")}/${name}`),
	);
	const known = Object.entries(namesOf({ sends: true })).flatMap(([name, examinations]) =>
		examinations.map((one) => `${name.replace(/^(instance|channel) .*/, "$1")}/${one.replace(/^canary .*/, "canary")}`),
	);
	expect(told.toSorted()).toEqual([...new Set(known)].toSorted());
});

test("a node without a backend is not examined for one", () => {
	const text = `
instances:
  api: { url: "http://a.example", api_key: "\${KEY}", data_dir: /data, labels: { role: api } }
  fleet: { url: "http://f.example", api_key: "\${KEY}", labels: { role: fleet } }
  workers: { url: "http://w.example", labels: { role: workers } }
  deployer: { url: "http://d.example", api_key: "\${KEY}", labels: { role: deployer } }
check_files: [${CHECKS}]
checks:
  - { use: api-node, on: { role: api } }
  - { use: host-disk, on: { role: api } }
  - { use: api-node-query, on: { role: api }, with: { service: s, endpoint: e } }
  - { use: fleet-manager, on: { role: fleet } }
  - { use: inference-workers, on: { role: workers } }
  - { use: unified-monitoring, on: { role: deployer } }
routes: [{ to: [] }]
`;
	const all = namesOf({}, text);
	for (const name of ["api", "fleet", "workers"]) {
		expect(all[`instance ${name}`]).toEqual(["name", "connection", "TLS", "checks"]);
	}
	expect(all["instance deployer"]).toEqual(["name", "connection", "TLS", "backend", "API key", "rights", "checks"]);
});

test("instances and channels are examined as far as it is wanted, and two checks of one canary once", () => {
	const all = namesOf();
	expect(Object.keys(all)).toEqual([
		"this machine",
		"configuration",
		"store",
		"instance design",
		"instance plain",
		"channel mail (email)",
		"channel pager (webhook)",
		"front ends",
	]);
	expect(all["instance design"]?.filter((name) => name.startsWith("canary"))).toEqual(["canary P/o"]);
	expect(all["instance plain"]).toEqual(["name", "connection", "TLS", "backend", "API key"]);
	expect(all["channel mail (email)"]).toEqual(["messages", "name", "connection", "login"]);
	expect(Object.keys(namesOf({ instance: "plain" })).filter((name) => name.startsWith("instance"))).toEqual([
		"instance plain",
	]);
	const offline = namesOf({ isOffline: true });
	expect(Object.keys(offline).filter((name) => name.startsWith("instance"))).toEqual([]);
	expect(offline["channel pager (webhook)"]).toEqual(["messages"]);
	expect(namesOf({ sends: true })["channel pager (webhook)"]?.at(-1)).toBe("test message");
});

test("of a configuration with mistakes what is in order is examined", () => {
	const broken = TEXT.replace("http://b.example", "ftp://b.example").replace("routes:", "rutes:");
	expect(Object.keys(namesOf({}, broken)).filter((name) => name.startsWith("instance"))).toEqual(["instance design"]);
	expect(Object.keys(namesOf({}, "a: [b"))).toEqual(["this machine", "configuration", "front ends"]);
});
