import { expect, test } from "vitest";
import { icinga2Objects } from "../../src/report/icinga2-objects.ts";
import { nagiosObjects } from "../../src/report/nagios-objects.ts";
import type { Host, Service } from "../../src/report/service.ts";

const service = (given: Partial<Service>): Service => ({
	instance: "design",
	check: "get-configuration",
	about: "The backend answers; no key needed.",
	everyMs: 30_000,
	retryMs: 5_000,
	attempts: 3,
	labels: { layer: "backend" },
	parents: [],
	...given,
});
const host: Host = {
	instance: "design",
	address: "dss.example.com",
	url: "https://dss.example.com:11200",
	labels: { role: "design" },
	services: [
		service({ runbook: "https://wiki.example/a;b?c=$x" }),
		service({ check: "public-api", parents: [{ instance: "design", check: "get-configuration" }] }),
	],
};
const call = { program: ["/usr/bin/node", "/opt/my probe/main.js"], config: "/etc/it's.yaml", timeoutS: 17 };
const squeezed = (text: string) => text.replace(/[ \t]+/g, " ");

test("Nagios gets a command, a host, services with their intervals in minutes, and dependencies", () => {
	const text = squeezed(nagiosObjects([host], call));
	for (const line of [
		"command_line /usr/bin/node '/opt/my probe/main.js' nagios --config '/etc/it'\\''s.yaml' -t 17 $ARG1$ $ARG2$",
		"address dss.example.com",
		"check_command dss-probe!design!get-configuration",
		"check_interval 0.5",
		"retry_interval 0.083333",
		"max_check_attempts 3",
		"notes The backend answers, no key needed.",
		"notes_url https://wiki.example/a%3Bb?c=%24x",
		"dependent_service_description public-api",
	]) {
		expect(text.split("\n").map((one) => one.trim())).toContain(line);
	}
	expect(text.match(/define servicedependency/g)).toHaveLength(1);
});

test("Icinga 2 gets the same in its language", () => {
	const odd = { ...host, labels: { 'a"b': "c\\$d\n" } };
	const text = icinga2Objects([odd], call);
	for (const line of [
		'command = [ "/usr/bin/node", "/opt/my probe/main.js", "nagios" ]',
		'"--config" = "/etc/it\'s.yaml"',
		'vars.dss_labels = { "a\\"b" = "c\\\\$$d\\n" }',
		'object Service "public-api" {',
		"check_interval = 30s",
		"retry_interval = 5s",
		'notes_url = "https://wiki.example/a;b?c=%24x"',
		'object Dependency "get-configuration" {',
		'child_service_name = "public-api"',
	]) {
		expect(text.split("\n").map((one) => one.trim())).toContain(line);
	}
});
