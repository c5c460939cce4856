import { type Examination, ok, skipped, warning } from "./examination.ts";
import { may, namesIn, statOf, textOf } from "./files.ts";
import { scriptsFoldersOf } from "./zabbix-settings.ts";

/** Whether the Zabbix on this machine, if there is one, finds a script of dss-probe. */
export const zabbixExamination = (settings?: readonly string[], builtIn?: readonly string[]): Examination => ({
	name: "Zabbix",
	examine() {
		const found = scriptsFoldersOf(settings, builtIn).map(({ folder }) => folder);
		const folders = [...new Set(found)].filter((folder) => statOf(folder)?.isDirectory());
		if (folders.length === 0) return [skipped("no Zabbix server or proxy is on this machine")];
		const scripts = folders.flatMap((folder) => ownScripts(folder));
		if (scripts.length === 0) {
			return [skipped(`no script in ${folders.join(", ")} calls dss-probe (docs/operations.md, For Zabbix)`)];
		}
		return scripts.map((path) =>
			may("run", path)
				? ok(`${path} calls dss-probe`)
				: warning(`${path} cannot be run`, `chmod 755 ${path}: Zabbix otherwise shows the item as not supported.`),
		);
	},
});

/** The small scripts in a folder that call dss-probe. */
export function ownScripts(folder: string): readonly string[] {
	return namesIn(folder)
		.map((name) => `${folder}/${name}`)
		.filter((path) => {
			const found = statOf(path);
			return found?.isFile() === true && found.size < 65_536 && /\bdss-probe\b/.test(textOf(path) ?? "");
		});
}
