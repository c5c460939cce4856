/** By this line a file is known to be ours. */
const MARK = "# Made by dss-probe zabbix install; run that again instead of editing this.";

/** What a wrapper starts, and with what. All paths are absolute. */
export interface Wrapped {
	readonly node: string;
	readonly program: string;
	readonly config?: string | undefined;
	readonly socket?: string | undefined;
}

/**
 * The script that Zabbix starts: no secret in it, and every parameter handed on as it came. Zabbix's server has an environment
 * of its own, so everything stands in here. A first parameter that is no question is the name of an instance.
 */
export function wrapperText({ node, program, config, socket }: Wrapped): string {
	const settings = [
		...(socket === undefined ? [] : [`export DSS_PROBE_SOCKET=${quoted(socket)}`]),
		...(config === undefined ? [] : [`export DSS_PROBE_CONFIG=${quoted(config)}`]),
	];
	return [
		"#!/bin/sh",
		MARK,
		...settings,
		'case "$1" in get | json | discover) ;; *) set -- get "$@" ;; esac',
		`exec ${quoted(node)} ${quoted(program)} zabbix "$@"`,
		"",
	].join("\n");
}

export function isWrapper(text: string): boolean {
	return text.startsWith("#!/bin/sh\n") && text.split("\n", 2)[1] === MARK;
}

/** A text as one word of a POSIX shell. */
export function quoted(text: string): string {
	return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The folder of external scripts that a configuration of Zabbix's server or proxy names, if it names one. */
export function externalScriptsIn(text: string): string | undefined {
	return [...text.matchAll(/^[ \t]*ExternalScripts[ \t]*=[ \t]*(\S.*?)[ \t]*$/gm)].at(-1)?.[1];
}
