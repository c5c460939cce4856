import { plainNumber } from "./nagios-range.ts";
import { harmless, harmlessUrl } from "./nagios-text.ts";
import type { Host, PluginCall, Service } from "./service.ts";

/**
 * Configuration for Icinga 2: the command, and for each instance a host with a service for each check. Who is told is up to the
 * site's own `apply Notification`; `vars.dss_probe` is there to assign by.
 */
export function icinga2Objects(hosts: readonly Host[], { program, config, timeoutS }: PluginCall): string {
	return [
		"// Written by dss-probe nagios --definitions icinga2: write it anew after the checks have changed.",
		object("CheckCommand", "dss-probe", [
			`command = [ ${[...program, "nagios"].map(quoted).join(", ")} ]`,
			"arguments = {",
			`\t"--config" = ${quoted(config)}`,
			`\t"-t" = ${quoted(plainNumber(timeoutS))}`,
			'\t"-w" = { value = "$dss_warning$"; repeat_key = true }',
			'\t"-c" = { value = "$dss_critical$"; repeat_key = true }',
			'\t"instance" = { value = "$dss_instance$"; skip_key = true; required = true; order = 1 }',
			'\t"check" = { value = "$dss_check$"; skip_key = true; order = 2 }',
			"}",
		]),
		...hosts.flatMap((host) => [hostObject(host), ...host.services.flatMap(serviceObjects)]),
	].join("\n\n");
}

function hostObject({ instance, address, url, labels }: Host): string {
	return object("Host", instance, [
		`display_name = ${quoted(`Dataiku DSS ${instance}`)}`,
		`address = ${quoted(address)}`,
		`notes_url = ${quoted(harmlessUrl(url))}`,
		// The checks say more about the host than a ping, and a host that is down would silence them.
		'check_command = "dummy"',
		"vars.dss_probe = true",
		`vars.dss_labels = ${dictionary(labels)}`,
	]);
}

function serviceObjects(service: Service): readonly string[] {
	const { instance, check, about, runbook } = service;
	return [
		object("Service", check, [
			`host_name = ${quoted(instance)}`,
			'check_command = "dss-probe"',
			`max_check_attempts = ${service.attempts}`,
			`check_interval = ${seconds(service.everyMs)}`,
			`retry_interval = ${seconds(service.retryMs)}`,
			`notes = ${quoted(harmless(about))}`,
			...(runbook === undefined ? [] : [`notes_url = ${quoted(harmlessUrl(runbook))}`]),
			"vars.dss_probe = true",
			`vars.dss_instance = ${quoted(instance)}`,
			`vars.dss_check = ${quoted(check)}`,
			`vars.dss_labels = ${dictionary(service.labels)}`,
		]),
		...service.parents.map((parent) =>
			object("Dependency", parent.instance === instance ? parent.check : `${parent.instance}-${parent.check}`, [
				`parent_host_name = ${quoted(parent.instance)}`,
				`parent_service_name = ${quoted(parent.check)}`,
				`child_host_name = ${quoted(instance)}`,
				`child_service_name = ${quoted(check)}`,
				// A parent that is bad keeps its children quiet, from its first bad look on. Their checks go on.
				"states = [ OK, Warning ]",
				"ignore_soft_states = false",
				"disable_checks = false",
				"disable_notifications = true",
			]),
		),
	];
}

function object(kind: string, name: string, lines: readonly string[]): string {
	return [`object ${kind} ${quoted(name)} {`, ...lines.map((line) => `\t${line}`), "}"].join("\n");
}

function dictionary(labels: Readonly<Record<string, string>>): string {
	const entries = Object.entries(labels).map(([name, value]) => `${quoted(name)} = ${quoted(value)}`);
	return entries.length === 0 ? "{}" : `{ ${entries.join("; ")} }`;
}

function seconds(ms: number): string {
	return `${plainNumber(ms / 1_000)}s`;
}

/** A text of Icinga's language. Its macros begin with a dollar. */
function quoted(text: string): string {
	const escaped = text
		.replace(/[\\"]/g, (sign) => `\\${sign}`)
		.replaceAll("\n", "\\n")
		.replaceAll("\r", "\\r")
		.replaceAll("\t", "\\t")
		.replaceAll("$", "$$$$");
	return `"${escaped}"`;
}
