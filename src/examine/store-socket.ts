import { dirname, resolve } from "node:path";
import type { Config } from "../config/alerts.ts";
import { groupId } from "../control/group.ts";
import { unfitPath } from "../control/socket.ts";
import { type Examination, type Finding, ok, skipped, warning } from "./examination.ts";
import { modeText, statOf } from "./files.ts";
import type { Patient } from "./patient.ts";

/** Whether other programs of this machine, such as Zabbix, can ask the daemon where the configuration says. */
export const socketExamination = ({ socket, group }: Config["answers"], patient: Patient): Examination => ({
	name: "socket for answers",
	async examine() {
		if (socket === undefined) return [skipped("there is none beside a store in memory")];
		const folder = dirname(socket);
		const around = statOf(folder);
		// The first run makes the folder of the store.
		const isToCome = !around && folder === dirname(resolve(patient.config?.store.path ?? "/"));
		if (isToCome) return [ok(`${socket} is there while a daemon runs`)];
		if (!around?.isDirectory()) {
			const todo =
				"Make it, or name another with answers: { socket: … }. One below /run is gone after a restart of the machine: the unit for systemd makes /run/dss-probe whenever it starts.";
			return [warning(`there is no folder ${folder}: no program can ask the daemon at ${socket}`, todo)];
		}
		const unfit = unfitPath(socket);
		if (unfit !== undefined) return [warning(unfit, "Name another place with answers: { socket: … }.")];
		const gid = group === undefined ? undefined : groupId(group);
		const findings: Finding[] = [];
		if (group !== undefined && gid === undefined) {
			const todo = `groupadd ${group}, or name it by its number where it comes from a directory service.`;
			findings.push(warning(`there is no group ${group} in /etc/group`, todo));
		}
		if (gid !== undefined && (around.mode & 0o001) === 0 && (around.gid !== gid || (around.mode & 0o010) === 0)) {
			const todo = `chmod o+x ${folder}, or name another place with answers: { socket: … }.`;
			findings.push(warning(`group ${group} cannot pass through ${folder} (mode ${modeText(around)})`, todo));
		}
		const found = statOf(socket);
		const isRunning = (await patient.daemon()).result === "answered";
		if (!found && isRunning) {
			findings.push(
				warning(`a daemon runs, and there is no ${socket}`, "Restart the daemon; its log says why it cannot."),
			);
		}
		if (found && gid !== undefined && (found.gid !== gid || (found.mode & 0o060) !== 0o060)) {
			const seen = `${socket} is closed to group ${group} (group ${found.gid}, mode ${modeText(found)})`;
			findings.push(warning(seen, `Restart the daemon. Its user must be in that group: usermod -a -G ${group} USER.`));
		}
		if (findings.length > 0) return findings;
		return [ok(found ? socket : `${socket} is there while a daemon runs`)];
	},
});
