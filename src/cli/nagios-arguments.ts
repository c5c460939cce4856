import { parseRange, type Range } from "../report/nagios-range.ts";
import { MAIN, type Ranges } from "../report/perfdata.ts";

/** The plugin's deadline, ms: what the Monitoring Plugins guidelines name as default. */
const TIMEOUT_MS = 10_000;
/** More cannot be a deadline of a plugin. */
const MOST_TIMEOUT_MS = 3_600_000;

export const USAGE = "usage: dss-probe nagios [-t SECONDS] [-w RANGE] [-c RANGE] [-v] [--config FILE] INSTANCE [CHECK]";

export interface NagiosAsked {
	readonly instance: string;
	readonly check?: string;
	readonly config?: string;
	readonly socket?: string;
	readonly timeoutMs: number;
	readonly verbosity: number;
	readonly ranges: Ranges;
	/** Report what dss-probe has confirmed instead of the newest sample. */
	readonly isConfirmed: boolean;
	/** Print definitions for that program instead. */
	readonly definitions?: string;
	readonly wantsVersion: boolean;
	readonly problem?: string;
}

/** The options that take a word: their long name by each of their names. */
const VALUED: Readonly<Record<string, string>> = {
	"-t": "timeout",
	"--timeout": "timeout",
	"-w": "warning",
	"--warning": "warning",
	"-c": "critical",
	"--critical": "critical",
	"--config": "config",
	"--socket": "socket",
	"--definitions": "definitions",
};
const FLAGS: Readonly<Record<string, string>> = {
	"-v": "verbose",
	"--verbose": "verbose",
	"-V": "version",
	"--version": "version",
	"--confirmed": "confirmed",
};

/**
 * Reads the arguments by hand, as getopt does: `-t 5`, `-t5`, `--timeout=5`, `-vvv`, and `--` before words. A parser of command
 * lines would take longer to load than the daemon takes to answer.
 *
 * @returns what is asked; with `problem` where the first mistake is
 */
export function readNagiosArguments(args: readonly string[]): NagiosAsked {
	const given: Record<string, string[]> = {};
	const places: string[] = [];
	let problem: string | undefined;
	const note = (name: string, word: string): void => {
		given[name] ??= [];
		given[name].push(word);
	};
	for (let index = 0; index < args.length; index++) {
		const word = args[index] as string;
		if (word === "--") {
			places.push(...args.slice(index + 1));
			break;
		}
		if (!word.startsWith("-") || word === "-") {
			places.push(word);
			continue;
		}
		if (/^-v+$/.test(word)) {
			for (const _ of word.slice(1)) note("verbose", "");
			continue;
		}
		const [option, attached] = split(word);
		const valued = VALUED[option];
		const flag = FLAGS[option];
		if (valued !== undefined) {
			const value = attached ?? args[++index];
			if (value === undefined) problem ??= `${option} needs a value`;
			else note(valued, value);
		} else if (flag !== undefined && attached === undefined) note(flag, "");
		else problem ??= `unknown option ${word}`;
	}
	const [instance = "", check, extra] = places;
	const last = (name: string): string | undefined => given[name]?.at(-1);
	const ranges: Record<string, { warning?: Range; critical?: Range }> = {};
	for (const level of ["warning", "critical"] as const) {
		for (const text of (given[level] ?? []).flatMap((word) => word.split(","))) {
			const at = text.indexOf("=");
			const name = at < 0 ? MAIN : text.slice(0, at);
			const range = parseRange(text.slice(at + 1));
			if (range && name !== "") ranges[name] = { ...ranges[name], [level]: range };
			else problem ??= `${text} is no range: such as 10, 10:, ~:10, 10:20, @10:20, or ${MAIN}=10`;
		}
	}
	const timeoutMs = last("timeout") === undefined ? TIMEOUT_MS : timeoutOf(last("timeout") as string);
	if (timeoutMs === undefined) problem ??= `-t ${last("timeout")} is no time: seconds such as 10, or 1500ms`;
	const isAbout = given["version"] !== undefined || given["definitions"] !== undefined;
	if (instance === "" && !isAbout) problem ??= USAGE;
	if (extra !== undefined) problem ??= `unexpected argument ${extra}; ${USAGE}`;
	if (check === undefined && Object.keys(ranges).length > 0)
		problem ??= "-w and -c need a CHECK: they are about its values";
	return {
		instance,
		...(check !== undefined && { check }),
		...optional("config", last("config")),
		...optional("socket", last("socket")),
		...optional("definitions", last("definitions")),
		timeoutMs: timeoutMs ?? TIMEOUT_MS,
		verbosity: Math.min(3, given["verbose"]?.length ?? 0),
		ranges,
		isConfirmed: given["confirmed"] !== undefined,
		wantsVersion: given["version"] !== undefined,
		...optional("problem", problem),
	};
}

/** An option and the value that hangs on it: `--timeout=5`, `-t5`. */
function split(word: string): readonly [string, string?] {
	const at = word.indexOf("=");
	if (word.startsWith("--")) return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)];
	return word.length > 2 ? [word.slice(0, 2), word.slice(2)] : [word];
}

function optional<Name extends string>(name: Name, value: string | undefined): { readonly [Key in Name]?: string } {
	return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: string };
}

/** Plain seconds, as plugins take them; `5s` and `1500ms` as everywhere else here. */
function timeoutOf(text: string): number | undefined {
	const [, amount, unit] = /^(\d{1,7}(?:\.\d{1,3})?)(s|ms)?$/.exec(text) ?? [];
	const ms = Number(amount) * (unit === "ms" ? 1 : 1_000);
	return ms > 0 && ms <= MOST_TIMEOUT_MS ? ms : undefined;
}
