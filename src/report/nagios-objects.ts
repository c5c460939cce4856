import { plainNumber } from "./nagios-range.ts";
import { harmless, harmlessUrl } from "./nagios-text.ts";
import type { Host, PluginCall, Service } from "./service.ts";

const MS_A_MINUTE = 60_000;

/**
 * Object definitions for Nagios and Naemon: the command, and for each instance a host with a service for each check. Everything
 * that says who is told and when comes from the site's own templates `generic-host` and `generic-service`.
 *
 * Intervals are in minutes: the default of `interval_length` is 60 s.
 */
export function nagiosObjects(hosts: readonly Host[], { program, config, timeoutS }: PluginCall): string {
	const call = [...program, "nagios", "--config", config].map(shellWord).join(" ");
	return [
		"# Written by dss-probe nagios --definitions nagios: write it anew after the checks have changed.",
		section("command", [
			["command_name", "dss-probe"],
			["command_line", `${call} -t ${plainNumber(timeoutS)} $ARG1$ $ARG2$`],
		]),
		...hosts.flatMap((host) => [hostObject(host), ...host.services.flatMap(serviceObjects)]),
	].join("\n\n");
}

function hostObject({ instance, address, url }: Host): string {
	return section("host", [
		["use", "generic-host"],
		["host_name", instance],
		["alias", `Dataiku DSS ${instance}`],
		["address", address],
		["notes_url", addressText(url)],
		["max_check_attempts", "1"],
		// The checks say more about the host than a ping, and a host that is down would silence them.
		["active_checks_enabled", "0"],
	]);
}

function serviceObjects(service: Service): readonly string[] {
	const { instance, check, about, runbook } = service;
	return [
		section("service", [
			["use", "generic-service"],
			["host_name", instance],
			["service_description", check],
			["check_command", `dss-probe!${instance}!${check}`],
			["max_check_attempts", String(service.attempts)],
			["check_interval", plainNumber(service.everyMs / MS_A_MINUTE)],
			["retry_interval", plainNumber(service.retryMs / MS_A_MINUTE)],
			["notes", harmless(about).replaceAll(";", ",")],
			...(runbook === undefined ? [] : [["notes_url", addressText(runbook)] as const]),
		]),
		...service.parents.map((parent) =>
			section("servicedependency", [
				["host_name", parent.instance],
				["service_description", parent.check],
				["dependent_host_name", instance],
				["dependent_service_description", check],
				// A parent that is bad keeps its children quiet. Nothing but their notifications stops.
				["execution_failure_criteria", "n"],
				["notification_failure_criteria", "u,c"],
			]),
		),
	];
}

/** One directive on a line, also the first: Nagios insists. */
function section(kind: string, directives: readonly (readonly [string, string])[]): string {
	return [`define ${kind} {`, ...directives.map(([name, value]) => `\t${name.padEnd(30)} ${value}`), "}"].join("\n");
}

/** A semicolon begins a comment. */
function addressText(url: string): string {
	return harmlessUrl(url).replaceAll(";", "%3B");
}

/** Nagios runs the line by a shell, and reads `$` and `;` before. */
function shellWord(word: string): string {
	const text = word.replaceAll("$", "$$$$").replaceAll(";", "\\;");
	return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
