import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { makeAuthority } from "./certificates.ts";
import { freePort } from "./exim.ts";
import type { PluginHost } from "./plugin-host.ts";

const PROGRAM = "/usr/sbin/icinga2";
const API_USER = "ci";
const PASSWORD = "s3cret-of-the-api";
/** The authority's first certificate is for this name, and Icinga insists on the same. */
const NODE = "server 1";

/** A real Icinga 2 that runs as the user nagios. */
export interface Icinga {
	/** What its API says of a service of the host. */
	service(host: string, name: string): Promise<Readonly<Record<string, unknown>>>;
	/** For the channel of dss-probe: address with name and password, with no more rights than it needs, and authority. */
	readonly api: { readonly url: string; readonly ca: string };
	/** `PROBLEM get-configuration CRITICAL HARD` and so on: who was told. */
	notifications(): readonly string[];
}

/**
 * Starts Debian's Icinga 2 (package icinga2-bin).
 *
 * @param objects configuration with commands, hosts and services
 */
export async function startIcinga(host: PluginHost, objects: string): Promise<Icinga> {
	if (!existsSync(PROGRAM)) throw new Error("this test needs Icinga 2: apt-get install icinga2-bin");
	const folder = join(host.folder, "icinga");
	const at = (name: string) => join(folder, name);
	for (const name of ["lib/certs", "log", "cache", "run", "spool", "conf"]) mkdirSync(at(name), { recursive: true });
	const authority = makeAuthority();
	const { cert, key } = authority.issue("DNS:localhost,IP:127.0.0.1");
	const { ca } = authority;
	authority.close();
	writeFileSync(at("lib/certs/ca.crt"), ca);
	writeFileSync(at(`lib/certs/${NODE}.crt`), cert);
	writeFileSync(at(`lib/certs/${NODE}.key`), key);
	writeFileSync(at("objects.conf"), objects);
	writeFileSync(at("notify.sh"), `#!/bin/sh\necho "$@" >> ${at("told.log")}\n`, { mode: 0o755 });
	const port = await freePort();
	writeFileSync(
		at("icinga2.conf"),
		`const NodeName = "${NODE}"
const ZoneName = NodeName
include <itl>
object Endpoint NodeName {}
object Zone ZoneName { endpoints = [ NodeName ] }
object CheckerComponent "checker" {}
object NotificationComponent "notification" {}
object ApiListener "api" { bind_host = "127.0.0.1"; bind_port = ${port} }
object ApiUser "${API_USER}" { password = "${PASSWORD}"; permissions = [ "*" ] }
object ApiUser "dss-probe" {
	password = "${PASSWORD}"
	permissions = [ "actions/process-check-result", "actions/acknowledge-problem" ]
}
object User "ops" {}
object NotificationCommand "tell" {
	command = [ "${at("notify.sh")}", "$notification.type$", "$service.name$", "$service.state$", "$service.state_type$" ]
}
apply Notification "ops" to Service { command = "tell"; users = [ "ops" ]; interval = 0; assign where service.vars.dss_probe }
include "${at("objects.conf")}"
`,
	);
	execFileSync("chown", ["-R", `${host.user.uid}:${host.user.gid}`, folder]);
	const places = Object.entries({
		Data: "lib",
		Log: "log",
		Cache: "cache",
		InitRun: "run",
		Spool: "spool",
		Config: "conf",
	});
	host.start(PROGRAM, [
		"daemon",
		...["-c", at("icinga2.conf")],
		...places.map(([name, place]) => `-D${name}Dir=${at(place)}`),
		...["-DRunAsUser=nagios", "-DRunAsGroup=nagios", "-x", "critical"],
	]);
	const call = (path: string): Promise<unknown> =>
		new Promise((done, fail) => {
			const asked = request(
				`https://localhost:${port}/v1/${path}`,
				{ ca, auth: `${API_USER}:${PASSWORD}`, headers: { accept: "application/json" }, agent: false },
				async (reply) => {
					const parts: string[] = [];
					for await (const part of reply.setEncoding("utf8")) parts.push(part);
					try {
						done(JSON.parse(parts.join("")));
					} catch (error) {
						fail(error);
					}
				},
			);
			asked.on("error", fail);
			asked.end();
		});
	const isUp = async (): Promise<boolean> => {
		try {
			await call("status/IcingaApplication");
			return true;
		} catch {
			return false;
		}
	};
	const end = performance.now() + 20_000;
	while (!(await isUp())) {
		if (performance.now() > end) throw new Error("Icinga did not start");
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	return {
		async service(of, name) {
			const path = `objects/services/${encodeURIComponent(`${of}!${name}`)}`;
			const { results } = (await call(path)) as { results?: readonly { attrs: Record<string, unknown> }[] };
			return results?.[0]?.attrs ?? {};
		},
		api: { url: `https://dss-probe:${PASSWORD}@localhost:${port}/v1`, ca },
		notifications: () =>
			(existsSync(at("told.log")) ? readFileSync(at("told.log"), "utf8") : "")
				.split("\n")
				.filter((line) => line !== ""),
	};
}
