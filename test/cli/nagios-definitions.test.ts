import { expect, test } from "vitest";
import { definitionsOf } from "../../src/cli/nagios-definitions.ts";
import { loadConfig } from "../../src/config/load.ts";
import { memoryDisk } from "../support/config.ts";

const CHECK = (name: string, more: string) => `name: ${name}\nsummary: S.\nprobe: { kind: http, path: / }\n${more}\n`;
const disk = memoryDisk({
	"alerts.yaml": [
		"instances:",
		"  design: { url: 'https://[::1]:11200', labels: { role: design } }",
		"  automation: { url: 'https://auto.example.com' }",
		"  idle: { url: 'https://idle.example.com' }",
		"check_files: [a.yaml, b.yaml]",
		"checks:",
		"  - { use: a, on: { instance: design } }",
		"  - { use: b, on: { instance: design }, parents: [design/a, automation/b] }",
		"  - { use: b, as: b, on: { instance: automation }, parents: [] }",
		"routes: [{ to: [] }]",
	].join("\n"),
	"a.yaml": CHECK("a", "every: 30s\nfail_after: 4\nretry_every: 5s\ntimeout: 20s"),
	"b.yaml": CHECK("b", "cron: '0 * * * *'\nretry_every: 4m"),
});

function written(only?: string): string {
	const loaded = loadConfig("alerts.yaml", { env: {}, disk });
	if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
	return definitionsOf("icinga2", loaded.config, { program: ["p"], config: "/a.yaml" }, only) ?? "";
}

test("definitions follow the configuration: intervals, attempts, addresses, parents, a deadline for the slowest", () => {
	const text = written();
	expect(text.match(/^object \w+ "[^"]+"/gm)).toEqual([
		'object CheckCommand "dss-probe"',
		'object Host "design"',
		'object Service "a"',
		'object Service "b"',
		'object Dependency "a"',
		'object Dependency "automation-b"',
		'object Host "automation"',
		'object Service "b"',
	]);
	expect(text).toContain('address = "::1"');
	expect(text).toContain("max_check_attempts = 4");
	// Of a check by cron the longest gap: where no daemon answers, each look is one of the plugin's own.
	expect(text).toContain("check_interval = 3600s\n\tretry_interval = 240s");
	expect(text).toContain('"-t" = "22"');
});

test("those of one instance name nothing of another", () => {
	expect(written("design")).not.toContain("automation");
	expect(written("idle")).toBe("");
});
