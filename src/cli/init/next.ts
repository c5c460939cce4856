import { existsSync } from "node:fs";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { shippedChecks } from "../../config/shipped.ts";
import { DEFAULT_CONFIG } from "../config-file.ts";
import type { Io } from "../io.ts";
import type { Plan } from "./plan.ts";

/** How the program was called, as somebody would type it again. */
export function programName(env: Io["env"]): string {
	const script = process.argv[1] ?? "dss-probe";
	if (script.endsWith("/src/main.ts")) {
		const isHere = resolve("src/main.ts") === script;
		return isHere ? "npm start --" : `node ${script}`;
	}
	if (script.includes("/node_modules/.bin/")) return "npx dss-probe";
	const isOnPath = (env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, "dss-probe")));
	if (isOnPath) return "dss-probe";
	return basename(script) === "dss-probe" ? script : `node ${script}`;
}

/** What to type next: to watch, as a service, for Zabbix, for Nagios. */
export function nextLines({ program, discovery, listen }: Plan, file: string): string {
	const isUsual = resolve(file) === resolve(DEFAULT_CONFIG);
	const call = (words: string) => `${program} ${words}${isUsual ? "" : ` -c ${file}`}`;
	const check = discovery.proposals.find(({ lacks }) => lacks === undefined)?.check ?? "get-configuration";
	const { name } = discovery.instance;
	return [
		"Next:",
		...step("watch", call("run")),
		...(listen === undefined || listen.endsWith(":0") ? [] : [`              its status page: http://${listen}`]),
		...step("examine", call("doctor")),
		...step("systemd", ...serviceLines(program, file)),
		...step("Zabbix", call("zabbix install"), call(`zabbix get ${name} ${check}`)),
		...step("Nagios", call(`nagios ${name} ${check}`)),
	].join("\n");
}

function step(what: string, ...lines: readonly string[]): readonly string[] {
	return lines.map((line, index) => `  ${(index === 0 ? what : "").padEnd(12)}${line}`);
}

/** The unit looks for its configuration in /etc/dss-probe. */
function serviceLines(program: string, file: string): readonly string[] {
	if (program !== "dss-probe")
		return ["install it, then dss-probe init /etc/dss-probe/alerts.yaml", "(docs/deployment.md)"];
	if (dirname(resolve(file)) !== "/etc/dss-probe") return [`sudo ${program} init /etc/dss-probe/alerts.yaml`];
	const unit = join(dirname(shippedChecks() ?? "."), "deploy/systemd/dss-probe.service");
	return [
		...(existsSync(unit) ? [`cp ${unit} /etc/systemd/system/`] : []),
		"systemctl daemon-reload && systemctl enable --now dss-probe",
	];
}
