import { join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { Config } from "../../src/config/alerts.ts";
import type { Check } from "../../src/config/checks.ts";
import { realDisk } from "../../src/config/disk.ts";
import { loadConfig } from "../../src/config/load.ts";
import { formatProblems } from "../../src/config/problems.ts";
import { EXAMPLE_ENV, loadExample, memoryDisk } from "../support/config.ts";

const BOOT = `name: boot
summary: The backend answers.
probe: { kind: http, path: /, json: object }
every: 30s
thresholds: { latency: { warning: 2s } }
labels: { layer: backend, team: a }
`;

/** Loads an alerts.yaml that lies in /etc/probe beside a folder with the check file above. */
function load(text: string, files: Readonly<Record<string, string>> = {}, env: Record<string, string> = EXAMPLE_ENV) {
	const disk = memoryDisk({ "/etc/probe/alerts.yaml": text, "/etc/probe/checks/boot.yaml": BOOT, ...files });
	return loadConfig("/etc/probe/alerts.yaml", { env, disk });
}

function configOf(...given: Parameters<typeof load>): Config {
	const loaded = load(...given);
	if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
	return loaded.config;
}

const NODE = `instances: { a: { url: "https://a.example.com/", labels: { env: prod } } }\n`;
const TOLD = "routes: [{ to: [] }]\n";
const checkOf = (use: string, files = {}): Check =>
	configOf(`${NODE}${TOLD}checks: [${use}]\n`, files).checks[0] as Check;

describe("the shipped files", () => {
	const root = resolve(import.meta.dirname, "../..");
	const env = {
		DSS_URL: "https://dss.example.com",
		DSS_API_KEY: "k".repeat(32),
		ALERT_WEBHOOK_URL: "https://x.example.com/",
	};

	test("are in order with three variables, without a warning", () => {
		const loaded = loadConfig(relative(process.cwd(), join(root, "alerts.yaml")), { env });
		expect(loaded.ok ? loaded.config.warnings : loaded.problems).toEqual([]);
		expect(loaded.ok && loaded.config.checks.map(({ key }) => key)).toEqual([
			"dss/get-configuration",
			"dss/public-api",
		]);
	});

	test("are in order with all their commented-out examples as well", () => {
		const path = relative(process.cwd(), join(root, "alerts.yaml"));
		const lines = realDisk.readText(path).split("\n");
		const first = lines.indexOf("instances:");
		const text = lines
			.filter((line, at) => at >= first && !/corp-ca|store: \{/.test(line))
			.map((line) => line.replace(/^(\s*)# ( *(?:- |[a-z_]+:( |$)))/, "$1$2"))
			.join("\n");
		expect(text).toContain("\n  mail:\n    type: email\n");
		const files = { [path]: text, "/etc/dss-probe/automation.key": "a-key-from-a-file" };
		const more = {
			DSS_ADMIN_KEY: "adm1n-key",
			SMTP_PASSWORD: "p4ssword",
			SLACK_WEBHOOK_URL: "https://hooks.slack.com/x",
			DSS_PROBE_TOKEN: "t0ken",
		};
		const loaded = loadConfig(path, {
			env: { ...env, ...more, ALERT_WEBHOOK_SECRET: "s3cret" },
			disk: memoryDisk(files),
		});
		expect(loaded.ok ? loaded.config.warnings : loaded.problems).toEqual([]);
		expect(loaded.ok && loaded.config.checks.map(({ key }) => key)).toContain("automation/login-page");
	});

	test("say which variables are missing, all at once, and nothing else", () => {
		const loaded = loadConfig(relative(process.cwd(), join(root, "alerts.yaml")), { env: {} });
		expect(loaded.ok ? [] : loaded.problems.map(({ message }) => message)).toEqual([
			"${DSS_URL} is not set in the environment",
			"${DSS_API_KEY} is not set in the environment",
			"${ALERT_WEBHOOK_URL} is not set in the environment",
		]);
	});
});

describe("a check", () => {
	test("is what its file says", () => {
		expect(checkOf("boot")).toMatchObject({
			key: "a/boot",
			name: "boot",
			summary: "The backend answers.",
			instance: { name: "a", url: "https://a.example.com", apiPrefix: "/public/api", tls: { verify: true } },
			probe: { kind: "http", path: "/", json: "object" },
			timing: { every: 30_000 },
			timeoutMs: 10_000,
			policy: { failAfter: 3, recoverAfter: 2, gapMs: 90_000 },
			retryEveryMs: 30_000,
			parents: [],
			labels: { layer: "backend", team: "a" },
		});
	});

	test("takes what its use says instead, key by key in probe, thresholds and labels", () => {
		const check = checkOf(
			`{ use: boot, as: two, with: { path: /x }, every: 10s, fail_after: 1, retry_every: 2s, recover_after: 4,
      thresholds: { size: { critical: 5 } }, expect: [{ that: "status == 204" }], labels: { team: b }, runbook: "https://x.example.com/" }`,
		);
		expect(check).toMatchObject({
			key: "a/two",
			probe: { path: "/x", json: "object" },
			timing: { every: 10_000 },
			timeoutMs: 8_000,
			policy: { failAfter: 1, recoverAfter: 4, gapMs: 30_000 },
			retryEveryMs: 2_000,
			labels: { layer: "backend", team: "b" },
			runbook: "https://x.example.com/",
		});
		expect(check.rules.thresholds.map(({ name }) => name)).toEqual(["latency", "size"]);
		expect(check.rules.expect).toHaveLength(1);
	});

	test("without expectations has those of its kind", () => {
		expect(checkOf("boot").rules.expect[0]?.condition.that).toBe("status >= 200 && status < 300");
	});

	test("may get its missing probe options from its use", () => {
		const file = BOOT.replace("path: /, ", "").replace("name: boot", "name: open");
		const files = { "/etc/probe/checks/open.yaml": file };
		expect(checkOf("{ use: open, with: { path: /y } }", files).probe).toMatchObject({ path: "/y" });
	});

	test("loses a probe option that its use sets to null", () => {
		expect(checkOf("{ use: boot, with: { json: null } }").probe).not.toHaveProperty("json");
	});

	test("with cron takes its timeout from the shortest pause and its streaks from the longest", () => {
		const check = checkOf(`{ use: boot, cron: "0 8,20 * * *", timezone: Europe/Paris }`);
		expect(check.timing).toEqual({ cron: "0 8,20 * * *", timezone: "Europe/Paris" });
		expect(check.timeoutMs).toBe(10_000);
		// The night in which summer time ends has an hour more.
		expect(check.retryEveryMs / 3_600_000).toBeCloseTo(13, 2);
		expect(check.policy.gapMs).toBe(3 * check.retryEveryMs);
	});

	test("of a detail that fires at once wants a look that broke off confirmed, within minutes also where it runs daily", () => {
		const daily = `{ use: boot, as: walk, cron: "40 3 * * *", fail_after: 1, labels: { layer: detail } }`;
		const check = checkOf(daily);
		expect(check.policy).toMatchObject({ failAfter: 1, faultAfter: 2 });
		expect(check.retryEveryMs).toBe(300_000);
		for (const other of [daily.replace("detail", "api"), daily.replace("fail_after: 1", "fail_after: 2")]) {
			expect(checkOf(other).policy).not.toHaveProperty("faultAfter");
		}
	});

	test("takes every over the cron of its file, and its time zone goes with it", () => {
		const file = `${BOOT.replace("every: 30s", 'cron: "0 * * * *"\ntimezone: Europe/Paris')}`;
		expect(checkOf("{ use: boot, every: 1m }", { "/etc/probe/checks/boot.yaml": file }).timing).toEqual({
			every: 60_000,
		});
	});
});

describe("the files", () => {
	test("are found below folders, in order, by their ending; a file that is named twice is read once", () => {
		const files = {
			"/etc/probe/checks/sub/z.yml": BOOT.replace("boot", "zz"),
			"/etc/probe/checks/readme.md": "# no check",
		};
		const text = `${NODE}${TOLD}check_files: [checks, checks/boot.yaml]\nchecks: [boot, zz]\n`;
		expect(configOf(text, files).checks).toHaveLength(2);
	});

	test("have paths that start at the folder of alerts.yaml", () => {
		const files = { "/etc/probe/api.key": "from-a-file\n" };
		const text = `instances: { a: { url: "https://x.example.com", api_key: "\${file:api.key}" } }\n${TOLD}checks: [boot]\nstore: x.db\n`;
		const config = configOf(text, files);
		expect(config.instances.get("a")?.apiKey?.reveal()).toBe("from-a-file");
		expect(config.store.path).toBe("/etc/probe/x.db");
		expect(configOf(`${text.replace("x.db", '":memory:"')}`, files).store.path).toBe(":memory:");
	});

	test("that cannot be read are a problem of their own", () => {
		const loaded = loadConfig("/nowhere/alerts.yaml", { env: {} });
		expect(loaded.ok ? [] : loaded.problems).toMatchObject([
			{ file: "/nowhere/alerts.yaml", line: 1, column: 1, message: "cannot be read: there is no such file or folder" },
		]);
		expect(loadConfig(import.meta.dirname, { env: {} })).toMatchObject({
			problems: [{ message: "cannot be read: it is a folder" }],
		});
	});
});

test("a configuration is frozen all the way down", () => {
	const loaded = loadExample(join(import.meta.dirname, "good"), "everything.yaml");
	if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
	const open: string[] = [];
	const visit = (value: unknown, path: string): void => {
		if (typeof value !== "object" || value === null) return;
		const prototype = Object.getPrototypeOf(value);
		if (value instanceof Map) for (const [key, item] of value) visit(item, `${path}.${key}`);
		else if (Array.isArray(value) || prototype === Object.prototype) {
			if (!Object.isFrozen(value)) open.push(path);
			for (const [key, item] of Object.entries(value)) if (key !== "types") visit(item, `${path}.${key}`);
		}
	};
	visit(loaded.config, "");
	expect(open).toEqual([]);
});

test("the secrets are listed in clear, those inside addresses too, for those who hide them", () => {
	const text = `instances: { a: { url: "\${URL}", api_key: "\${K1}" } }
checks: [{ use: boot, with: { headers: { Authorization: "\${TOKEN}" } } }]
channels:
  mail: { type: email, smtp: "smtp://u:\${PASSWORD}@mail", from: a@x.example, to: [b@x.example] }
  hook: { type: webhook, url: "https://x.example.com/", secret: "\${K2}" }
routes: [{ to: [mail, hook] }]
web: { listen: "127.0.0.1:1", token: "\${K3}" }
`;
	const env = {
		URL: "https://dss.example.com",
		K1: "key-one",
		K2: "key-two",
		K3: "key-three",
		TOKEN: "Bearer t0ken",
		PASSWORD: "p%40ss",
	};
	const { secrets } = configOf(text, {}, env);
	for (const secret of ["key-one", "key-two", "key-three", "Bearer t0ken", "p%40ss", "p@ss"])
		expect(secrets).toContain(secret);
	expect(secrets).not.toContain("https://dss.example.com");
});

test("nothing that was filled in shows in a problem", () => {
	const text = `instances: { a: { url: "https://x.example.com", labels: { x: "\${V}" } } }
checks: [boot, "\${V}", { use: boot, as: b, parents: ["\${V}"], labels: { "layer": "\${V}" }, timezone: "\${V}", cron: "\${V}" }]
channels: { "c": { type: webhook, url: "\${V}", fallback: "\${V}" } }
routes: [{ match: { instance: "\${V}", severity: "\${V}" }, to: ["\${V}"], group_by: ["\${V}"] }]
check_files: [checks, "\${V}"]
web: { listen: "\${V}" }
store: { path: x, keep: "\${V}" }
`;
	const loaded = load(text, {}, { V: "s3cr3t-value" });
	if (loaded.ok) throw new Error("is in order");
	expect(loaded.problems.length).toBeGreaterThan(10);
	expect(JSON.stringify(loaded.problems)).not.toContain("s3cr3t");
});

test("ten thousand checks are loaded in about a second at most", () => {
	const numbers = Array.from({ length: 100 }, (_, index) => index);
	const text = [
		"instances:",
		...numbers.map((n) => `  i${n}: { url: "https://dss${n}.example.com", labels: { n: "${n}" } }`),
		"checks:",
		...numbers.map(
			(n) =>
				`  - { use: boot, as: c${n}, labels: { layer: ${["backend", "api", "job"][n % 3]} }, parents: [${n > 3 ? "c0" : ""}] }`,
		),
		TOLD,
	].join("\n");
	const started = performance.now();
	const { checks } = configOf(text);
	expect(performance.now() - started).toBeLessThan(1_500);
	expect(checks).toHaveLength(10_000);
	expect(new Set(checks.map(({ key }) => key)).size).toBe(10_000);
});
