import { textOf } from "./files.ts";

/** Where the packages of Zabbix and of the distributions keep the settings of server and proxy; the first ones count most. */
export const ZABBIX_SETTINGS: readonly string[] = ["/etc/zabbix", "/usr/local/etc", "/etc"].flatMap((folder) =>
	["zabbix_server.conf", "zabbix_proxy.conf"].map((name) => `${folder}/${name}`),
);

/** The folder that a Zabbix server or proxy takes external checks from, by its settings: of several lines the last one counts. */
export function externalScriptsIn(settings: string): string | undefined {
	return [...settings.matchAll(/^[ \t]*ExternalScripts[ \t]*=[ \t]*(\S.*?)[ \t]*$/gm)].at(-1)?.[1];
}

/** The folders of external scripts that settings name, in the order of the settings. */
export function externalScriptsOf(settings: readonly string[] = ZABBIX_SETTINGS): readonly string[] {
	return settings.flatMap((path) => externalScriptsIn(textOf(path) ?? "") ?? []);
}
