import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { realDisk } from "../../src/config/disk.ts";
import { loadConfig } from "../../src/config/load.ts";
import { formatProblems } from "../../src/config/problems.ts";
import { shippedChecks } from "../../src/config/shipped.ts";
import { readYaml } from "../../src/config/yaml.ts";
import { memoryDisk } from "../support/config.ts";

const OWN = `name: get-configuration
summary: My own.
probe: { kind: http, path: /mine }
every: 30s
expect: [{ that: "status == 200", else: critical }]
`;

function load(text: string, files: Readonly<Record<string, string>> = {}) {
	const alerts = `instances: { a: { url: "https://a.example.com", api_key: "\${KEY}" } }\nroutes: [{ to: [] }]\n${text}\n`;
	const disk = { ...memoryDisk({ "/etc/probe/alerts.yaml": alerts, ...files }), shipped: shippedChecks };
	const loaded = loadConfig("/etc/probe/alerts.yaml", { env: { KEY: "k3y-of-a-node" }, disk });
	return {
		told: formatProblems(loaded.ok ? loaded.config.warnings : loaded.problems),
		paths: loaded.ok ? loaded.config.checks.map(({ probe }) => ("path" in probe ? probe.path : probe.kind)) : [],
	};
}

describe("a check that comes with the program is found by its name", () => {
	test("where there are no check files at all", () => {
		expect(load("checks: [get-configuration, public-api]")).toEqual({
			told: "",
			paths: ["/dip/api/get-configuration", "/projects/"],
		});
	});

	test("beside check files of one's own, of which one of the same name counts", () => {
		const files = { "/etc/probe/checks/mine.yaml": OWN };
		expect(load("checks: [get-configuration, public-api]", files)).toEqual({
			told: "",
			paths: ["/mine", "/projects/"],
		});
	});

	test("but a folder that is named and not there is a mistake", () => {
		expect(load("check_files: [mine]\nchecks: [get-configuration]").told).toContain(
			"/etc/probe/mine cannot be read: there is no such file or folder",
		);
	});

	test("and a slip in the name is told", () => {
		expect(load("checks: [get-configuraton]").told).toMatch(
			/unknown check "get-configuraton"[\s\S]*did you mean "get-configuration"\?/,
		);
	});
});

test("a shipped file is called like the check that it declares", () => {
	const files = realDisk.list(shippedChecks() ?? "") ?? [];
	expect(files.length).toBeGreaterThan(10);
	for (const file of files) {
		expect(readYaml(realDisk.readText(file), file).data).toHaveProperty("name", basename(file, ".yaml"));
	}
});
