import { basename, dirname, isAbsolute, join } from "node:path";
import { namesIn, statOf, textOf } from "./files.ts";

/** Where the packages of Zabbix and of the distributions keep the settings of server and proxy; the first ones count most. */
export const ZABBIX_SETTINGS: readonly string[] = ["/etc/zabbix", "/usr/local/etc", "/etc"].flatMap((folder) =>
	["zabbix_server.conf", "zabbix_proxy.conf"].map((name) => join(folder, name)),
);
/** Where Zabbix looks if its settings name no folder: as Debian, Zabbix's own packages and its source are built. */
const BUILT_IN: readonly string[] = [
	"/etc/zabbix/externalscripts",
	"/usr/lib/zabbix/externalscripts",
	"/usr/local/share/zabbix/externalscripts",
	"/usr/share/zabbix/externalscripts",
];

/** A folder of external scripts of a Zabbix on this machine. */
export interface ScriptsFolder {
	readonly folder: string;
	/** What names it; undefined where it is the one that Zabbix takes by itself. */
	readonly namedIn?: string;
}

/**
 * The folders that Zabbix's server and proxy take external scripts from: what their settings name, or what those include.
 * Where neither does, the usual ones that are there. None where no Zabbix is set up.
 */
export function scriptsFoldersOf(
	settings: readonly string[] = ZABBIX_SETTINGS,
	builtIn: readonly string[] = BUILT_IN,
): readonly ScriptsFolder[] {
	const present = settings.filter((file) => textOf(file) !== undefined);
	const named = present.flatMap((file) => {
		const parts = [...included(file), file].flatMap((part) => {
			const folder = externalScriptsIn(textOf(part) ?? "");
			return folder === undefined ? [] : [{ folder, namedIn: part }];
		});
		return parts.slice(0, 1);
	});
	if (named.length > 0 || present.length === 0) return named;
	return builtIn.filter(isFolder).map((folder) => ({ folder }));
}

/** The folder of external scripts that a file of Zabbix's server or proxy names: of several lines the last one counts. */
export function externalScriptsIn(text: string): string | undefined {
	return valuesOf("ExternalScripts", text).at(-1);
}

/** What settings of Zabbix include: a file, a folder, or the files of one that match `*.conf`. */
function included(file: string): readonly string[] {
	return valuesOf("Include", textOf(file) ?? "").flatMap((named) => {
		const path = isAbsolute(named) ? named : join(dirname(file), named);
		if (isFolder(path)) return filesIn(path, "");
		const [before, after] = basename(path).split("*");
		if (after === undefined) return [path];
		return filesIn(dirname(path), before ?? "").filter((found) => found.endsWith(after));
	});
}

function filesIn(folder: string, prefix: string): readonly string[] {
	return namesIn(folder)
		.filter((name) => name.startsWith(prefix) && !name.startsWith("."))
		.map((name) => join(folder, name));
}

function valuesOf(key: string, text: string): readonly string[] {
	const line = new RegExp(String.raw`^[ \t]*${key}[ \t]*=[ \t]*(\S.*?)[ \t\r]*$`, "gm");
	return [...text.matchAll(line)].flatMap(([, value]) => value ?? []);
}

function isFolder(path: string): boolean {
	return statOf(path)?.isDirectory() === true;
}
