import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { readYaml } from "../../src/config/yaml.ts";
import { EVERYDAY } from "../support/everyday.ts";

const CHECKS = resolve(import.meta.dirname, "../../checks");
const files = readdirSync(CHECKS).map((name) => ({ name, text: readFileSync(join(CHECKS, name), "utf8") }));

/** Keys in the order in which a reader wants them: what, how, when, when it is bad, who is told what. */
const ORDER = [
	...["name", "summary", "probe", "every", "cron", "timezone", "timeout", "exclusive", "expect", "thresholds"],
	...["fail_after", "retry_every", "recover_after", "flapping", "parents", "labels", "advice"],
];

test.each(files)("$name is written like the others", ({ name, text }) => {
	const data = readYaml(text, name).data as Record<string, unknown>;
	expect(`${data["name"]}.yaml`).toBe(name);
	expect(Object.keys(data)).toEqual(ORDER.filter((key) => key in data));
	expect(data["advice"]).toEqual(expect.stringMatching(/^[A-Z].*\.$/s));
	expect(data["summary"]).toEqual(expect.stringMatching(/^[A-Za-z].*\.$/));
	// The place for a page of one's own is the last line, and every size has a unit.
	expect(text.trimEnd().split("\n").at(-1)).toMatch(/^# runbook: https:\/\/wiki\.example\.com\/\w+\/[\w-]+$/);
	expect(text).not.toMatch(/\d{7}/);
});

/** What the backend explains when it is down; the others are seen from the outside, or from the host. */
test.each(files)("$name does not repeat an outage of what it stands on", ({ name, text }) => {
	const { labels, probe } = readYaml(text, name).data as {
		labels?: { layer?: string };
		probe: { kind: string };
	};
	const standsAlone = probe.kind === "backup" || name === "inference-workers.yaml";
	expect(labels?.layer !== undefined).toBe(!standsAlone);
});

/** Check files that the stories of whole days (test/system/everyday*) cannot serve, with the reason. */
const LEFT_OUT: Readonly<Record<string, string>> = {};

test("every shipped check is watched through whole days, or is named here with the reason why not", () => {
	const shipped = files.map(({ name }) => name.replace(/\.yaml$/, ""));
	expect([...Object.keys(EVERYDAY), ...Object.keys(LEFT_OUT)].toSorted()).toEqual(shipped.toSorted());
});
