import { describe, expect, test } from "vitest";
import { emptyWords } from "../../../src/cli/init/node.ts";
import type { Plan } from "../../../src/cli/init/plan.ts";
import { alertsText, envText } from "../../../src/cli/init/text.ts";
import { addressIn } from "../../../src/cli/init/way.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { formatProblems } from "../../../src/config/problems.ts";
import { memoryDisk } from "../../support/config.ts";

const secret = (name: string, value: string) => ({ kept: "variable", name, value }) as const;

const PLAN: Plan = {
	discovery: {
		instance: {
			name: "design",
			url: "https://dss.example.com/a",
			apiPrefix: "/dip/publicapi",
			labels: {},
			tls: { verify: true },
		},
		node: { is: "node", role: "design", version: "14.3.1", apiPrefix: "/dip/publicapi" },
		keys: { own: { is: "missing" }, admin: { is: "missing" } },
		contents: {},
		proposals: [
			{ check: "get-configuration", why: "it answers" },
			{ check: "backup", why: "it is fresh", lacks: "a folder", with: { folder: "/b", match: "*" } },
		],
	},
	apiKey: secret("DSS_API_KEY", "k3y$`'\"of a node"),
	channels: [
		{ type: "email", smtp: "smtp://mail:25", from: "DSS probe <p$1@x.example>", to: ["a@x.example", "b@x.example"] },
		{ type: "webhook", url: { kept: "file", path: "/etc/p/hook url", value: "https://x.example/" } },
		{ type: "slack", url: secret("SLACK_WEBHOOK_URL", "https://hooks.slack.com/services/x") },
	],
	store: "data/dss-probe.db",
	listen: "127.0.0.1:8600",
	schema: "/opt/schema.json",
	envName: "alerts.env",
	program: "dss-probe",
};

function load(plan: Plan) {
	const files = {
		"/etc/p/alerts.yaml": alertsText(plan),
		"/etc/p/alerts.env": envText(plan, undefined),
		"/etc/p/hook url": "https://x.example/",
	};
	const shipped = () => `${process.cwd()}/checks`;
	return loadConfig("/etc/p/alerts.yaml", { env: {}, disk: { ...memoryDisk(files), shipped } });
}

describe("what is written", () => {
	test("is in order without a warning, and means what was answered", () => {
		const loaded = load(PLAN);
		if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
		const { warnings, checks, instances, channels } = loaded.config;
		expect(warnings).toEqual([]);
		expect(checks.map(({ key }) => key)).toEqual(["design/get-configuration"]);
		expect(instances.get("design")?.apiKey?.reveal()).toBe("k3y$`'\"of a node");
		expect(instances.get("design")).toMatchObject({ url: "https://dss.example.com/a", apiPrefix: "/dip/publicapi" });
		expect(channels.get("mail")).toMatchObject({
			from: "DSS probe <p$1@x.example>",
			to: ["a@x.example", "b@x.example"],
		});
		expect([...channels.keys()]).toEqual(["mail", "hook", "slack"]);
	});

	test("is in order where nobody is to be told", () => {
		const loaded = load({ ...PLAN, channels: [] });
		expect(loaded.ok ? loaded.config.warnings : formatProblems(loaded.problems)).toEqual([]);
	});

	test("holds no secret, and what is missing only as a comment", () => {
		const text = alertsText(PLAN);
		expect(text).not.toContain("k3y");
		expect(text).not.toContain("hooks.slack.com");
		expect(text).toContain("  # It is fresh. Needs a folder.\n  # - use: backup\n");
		expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=/opt/schema.json");
		expect(alertsText({ ...PLAN, schema: undefined } as unknown as Plan)).not.toContain("yaml-language-server");
	});
});

test("of an environment file only the lines of the same names are replaced", () => {
	const before = "# mine\nexport DSS_API_KEY=old\nDSS_API_KEY_2=2\nOTHER=1\n";
	const plan = { ...PLAN, apiKey: secret("DSS_API_KEY", "new"), channels: [] };
	expect(envText(plan, before)).toBe("# mine\nDSS_API_KEY_2=2\nOTHER=1\nDSS_API_KEY=new\n");
});

test("a node on which nothing can be watched yet is told, with what each check needs", () => {
	const { discovery } = PLAN;
	expect(emptyWords(discovery)).toBeUndefined();
	const lacking = { ...discovery, proposals: discovery.proposals.filter(({ lacks }) => lacks !== undefined) };
	expect(emptyWords(lacking)).toMatch(
		/a design node, version 14\.3\.1[\s\S]*works there as it is:\n {2}backup needs a folder$/,
	);
	expect(emptyWords({ ...discovery, proposals: [] })).toMatch(/No check that comes with dss-probe works there\.$/);
});

test.each([
	["dss.example.com", "https://dss.example.com"],
	["https://dss.example.com/", "https://dss.example.com"],
	["https://dss.example.com/dss/home/", "https://dss.example.com/dss"],
	["https://dss.example.com/projects/A/flow/?x#y", "https://dss.example.com"],
	["http://10.0.0.1:11000/login", "http://10.0.0.1:11000"],
	["https://dss.example.com/projectsite", "https://dss.example.com/projectsite"],
])("%s is the address %s", (given, address) => {
	expect(addressIn(given)).toBe(address);
});
