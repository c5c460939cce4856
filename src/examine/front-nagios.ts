import { type Examination, ok, skipped, warning } from "./examination.ts";
import { may, statOf } from "./files.ts";
import { ownScripts } from "./front-zabbix.ts";

/** Where Nagios and Icinga keep their plugins. */
const FOLDERS = ["/usr/lib/nagios/plugins", "/usr/lib64/nagios/plugins", "/usr/local/nagios/libexec"];

/** Whether the Nagios or Icinga on this machine, if there is one, finds a plugin of dss-probe. */
export const nagiosExamination = (folders: readonly string[] = FOLDERS): Examination => ({
	name: "Nagios, Icinga",
	examine() {
		const there = folders.filter((folder) => statOf(folder)?.isDirectory());
		if (there.length === 0) return [skipped("no folder of plugins is on this machine")];
		const plugins = there.flatMap((folder) => ownScripts(folder));
		if (plugins.length === 0) return [skipped(`no plugin in ${there.join(", ")} calls dss-probe`)];
		return plugins.map((path) =>
			may("run", path)
				? ok(`${path} calls dss-probe`)
				: warning(`${path} cannot be run`, `chmod 755 ${path}: it is otherwise UNKNOWN in Nagios (return code 126).`),
		);
	},
});
