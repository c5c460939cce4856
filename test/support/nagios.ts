import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PluginHost } from "./plugin-host.ts";

const PROGRAM = "/usr/sbin/nagios4";
/** What Debian's package comes with: the templates that a site begins with. */
const SAMPLES = "/etc/nagios4/objects";

/** A service as Nagios knows it. */
type Status = Readonly<Record<string, string>>;

/** A real Nagios Core that runs as its own user, with Debian's own templates. */
export interface Nagios {
	/** The service's block in status.dat. */
	status(service: string): Status;
	/** `get-configuration;CRITICAL;SOFT;1` and so on, in order. */
	alerts(): readonly string[];
	/** `PROBLEM get-configuration CRITICAL HARD` and so on: who was told. */
	notifications(): readonly string[];
}

/**
 * Starts Debian's Nagios (package nagios4-core).
 *
 * @param objects definitions of commands, hosts and services
 * @param name of its folder
 */
export function startNagios(host: PluginHost, objects: string, name = "nagios"): Nagios {
	if (!existsSync(PROGRAM)) throw new Error("this test needs Nagios: apt-get install nagios4-core");
	const folder = join(host.folder, name);
	const at = (file: string) => join(folder, file);
	for (const place of ["", "results", "tmp", "archives"]) mkdirSync(at(place), { recursive: true });
	writeFileSync(at("objects.cfg"), objects);
	writeFileSync(at("notify.sh"), `#!/bin/sh\necho "$@" >> ${at("told.log")}\n`, { mode: 0o755 });
	writeFileSync(
		at("contacts.cfg"),
		`define command {\n command_name tell\n command_line ${at("notify.sh")} $NOTIFICATIONTYPE$ $SERVICEDESC$ $SERVICESTATE$ $SERVICESTATETYPE$\n}\n` +
			`define contact {\n contact_name ops\n host_notification_period 24x7\n service_notification_period 24x7\n` +
			` host_notification_options d,r\n service_notification_options w,u,c,r\n` +
			` host_notification_commands tell\n service_notification_commands tell\n}\n` +
			"define contactgroup {\n contactgroup_name admins\n alias admins\n members ops\n}\n",
	);
	const lines = [
		`log_file=${at("nagios.log")}`,
		...["templates", "timeperiods", "commands"].map((file) => `cfg_file=${SAMPLES}/${file}.cfg`),
		...["contacts", "objects"].map((file) => `cfg_file=${at(`${file}.cfg`)}`),
		`object_cache_file=${at("objects.cache")}`,
		`precached_object_file=${at("objects.precache")}`,
		`status_file=${at("status.dat")}`,
		"status_update_interval=1",
		"check_external_commands=0",
		`query_socket=${at("nagios.qh")}`,
		`lock_file=${at("nagios.pid")}`,
		`temp_file=${at("nagios.tmp")}`,
		`temp_path=${at("tmp")}`,
		`log_archive_path=${at("archives")}`,
		`check_result_path=${at("results")}`,
		`state_retention_file=${at("retention.dat")}`,
		"check_result_reaper_frequency=1",
		"service_inter_check_delay_method=n",
		"max_service_check_spread=1",
		"cached_service_check_horizon=0",
		"soft_state_dependencies=1",
		"use_syslog=0",
		"log_service_retries=1",
		"check_for_updates=0",
		"enable_flap_detection=0",
	];
	writeFileSync(at("nagios.cfg"), `${lines.join("\n")}\n`);
	execFileSync("chown", ["-R", `${host.user.uid}:${host.user.gid}`, folder]);
	host.start(PROGRAM, [at("nagios.cfg")]);
	const read = (file: string): string => (existsSync(at(file)) ? readFileSync(at(file), "utf8") : "");
	return {
		status(service) {
			const blocks = read("status.dat").split("servicestatus {").slice(1);
			const block = blocks.find((text) => text.includes(`service_description=${service}\n`)) ?? "";
			return Object.fromEntries([...block.matchAll(/^\t(\w+)=(.*)$/gm)].map(([, key, value]) => [key, value]));
		},
		alerts: () =>
			[...read("nagios.log").matchAll(/SERVICE ALERT: design;([^;]+;[A-Z]+;[A-Z]+;\d+)/g)].map(([, text = ""]) => text),
		notifications: () =>
			read("told.log")
				.split("\n")
				.filter((line) => line !== ""),
	};
}
