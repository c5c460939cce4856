import { resolve } from "node:path";
import type { Config } from "../../src/config/alerts.ts";
import { loadConfig } from "../../src/config/load.ts";
import { loadTimeline, type Timeline } from "../../src/config/timeline.ts";
import { memoryDisk } from "./config.ts";

const CHECKS = resolve(import.meta.dirname, "../../checks");

/** The lines of a configuration that a test may want otherwise. */
export interface Given {
	readonly instances?: readonly string[];
	readonly checks?: readonly string[];
	readonly channels?: readonly string[];
	readonly routes?: readonly string[];
	readonly sections?: readonly string[];
}

/** A whole alerts.yaml: the shipped checks on `design`, and everything to the pager. */
function alertsText(given: Given = {}): string {
	const {
		instances = ['design: { url: "https://design.example", api_key: "0123456789" }'],
		checks = ["- get-configuration", "- public-api"],
		channels = ['pager: { type: webhook, url: "https://pager.example/" }'],
		routes = ["- to: [pager]"],
		sections = [],
	} = given;
	const list = (name: string, lines: readonly string[]) => `${name}:\n${lines.map((line) => `  ${line}\n`).join("")}`;
	return (
		list("instances", instances) +
		`check_files: [${JSON.stringify(CHECKS)}]\n` +
		list("checks", checks) +
		list("channels", channels) +
		list("routes", routes) +
		`store: ":memory:"\n${sections.join("\n")}\n`
	);
}

export function configOf(given: Given = {}): Config {
	const loaded = loadConfig("alerts.yaml", { env: {}, disk: memoryDisk({ "alerts.yaml": alertsText(given) }) });
	if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
	return loaded.config;
}

/** Reads a timeline from lines of YAML; events are given alone. */
export function timelineOf(
	config: Config,
	lasting: string,
	events: readonly string[],
	usual: readonly string[] = [],
): Timeline {
	const list = events.map((line) => `\n  - { ${line} }`).join("");
	const well = usual.length === 0 ? "" : `usual:\n${usual.map((line) => `  ${line}\n`).join("")}`;
	const text = `for: ${lasting}\n${well}events:${list || " []"}\n`;
	const loaded = loadTimeline("timeline.yaml", [config], { env: {}, disk: memoryDisk({ "timeline.yaml": text }) });
	if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
	return loaded.timeline;
}
