import { masterTrouble } from "../report/master.ts";
import { zabbixTrouble } from "../report/zabbix-value.ts";

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
 * Runs the program in a Node that answers also where the program breaks before it has answered, as it does while it is being
 * installed: whoever answers ends with 0.
 */
const GUARD = `const [, answer, program] = process.argv;
process.argv.splice(1, 1);
process.on("exit", (code) => {
	if (code === 0) return;
	require("fs").writeSync(1, answer + "\\n");
	process.exit(0);
});
import(require("url").pathToFileURL(program));`;
/** Stands for the instance until the script knows it. */
const INSTANCE = "@";

/**
 * The script that Zabbix starts: no secret in it, and every parameter handed on as it came. Zabbix's server has an environment
 * of its own, so everything stands in here. A first parameter that is no question is the name of an instance.
 *
 * Where Node or the program is missing or broken the script answers by itself, in the shape that was asked for. As nothing comes
 * back from `exec`, it has that answer ready before; that takes no other process.
 */
export function wrapperText({ node, program, config, socket }: Wrapped): string {
	const settings = [
		...(socket === undefined ? [] : [`export DSS_PROBE_SOCKET=${quoted(socket)}`]),
		...(config === undefined ? [] : [`export DSS_PROBE_CONFIG=${quoted(config)}`]),
	];
	const why = `${program} or its Node ${node} is missing or broken: install dss-probe anew, then run dss-probe zabbix install`;
	const trouble = (field: string | undefined) => quoted(zabbixTrouble(why, field));
	const [before = "", after = ""] = masterTrouble(INSTANCE, why).split(`"${INSTANCE}"`);
	return [
		"#!/bin/sh",
		MARK,
		...settings,
		'case "$1" in get | json | discover) ;; *) set -- get "$@" ;; esac',
		"# What is answered where dss-probe cannot.",
		'case "$1 $4" in',
		`json*) case "$2" in *[\\"\\\\[:cntrl:]]*) name= ;; *) name=$2 ;; esac; answer=${quoted(`${before}"`)}$name${quoted(`"${after}`)} ;;`,
		...["", "verdict", "level", "cause"].map((field) => `"get ${field}") answer=${trouble(field)} ;;`),
		`*) answer=${trouble(undefined)} ;;`,
		"esac",
		// Where exec fails one shell ends, and another goes on if it is told to: both get to the trap.
		`trap 'printf "%s\\n" "$answer"; exit 0' EXIT`,
		'[ -z "$BASH_VERSION" ] || shopt -s execfail',
		`if [ -x ${quoted(node)} ] && [ -s ${quoted(node)} ] && [ -r ${quoted(program)} ]; then`,
		`exec ${quoted(node)} -e ${quoted(GUARD)} -- "$answer" ${quoted(program)} zabbix "$@" 2>/dev/null`,
		"fi",
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
