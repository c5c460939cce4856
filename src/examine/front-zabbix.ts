import { callersIn, judgeScript } from "./callers.ts";
import { type Examination, skipped, warning } from "./examination.ts";
import { statOf } from "./files.ts";
import { scriptsFoldersOf } from "./zabbix-settings.ts";

const TOLD = {
	closed: "Zabbix otherwise shows the item as not supported",
	anew: "Install dss-probe anew, or run dss-probe zabbix install, which writes that script for the one that is there.",
};

/** Whether the Zabbix on this machine, if there is one, finds a script of dss-probe. */
export const zabbixExamination = (settings?: readonly string[], builtIn?: readonly string[]): Examination => ({
	name: "Zabbix",
	examine() {
		const found = scriptsFoldersOf(settings, builtIn);
		const gone = found.filter(({ folder }) => !statOf(folder)?.isDirectory());
		if (gone.length > 0) {
			return gone.map(({ folder, namedIn }) =>
				warning(
					`${namedIn} takes external checks from ${folder}, which is not there`,
					"Make that folder, then dss-probe zabbix install; or correct ExternalScripts.",
				),
			);
		}
		const folders = [...new Set(found.map(({ folder }) => folder))];
		if (folders.length === 0) return [skipped("no Zabbix server or proxy is on this machine")];
		const scripts = folders.flatMap((folder) => callersIn(folder));
		if (scripts.length > 0) return scripts.map((path) => judgeScript(path, TOLD));
		return [
			skipped(`no script in ${folders.join(", ")} calls dss-probe; where it should, run dss-probe zabbix install`),
		];
	},
});
