import { type Finding, ok, warning } from "./examination.ts";
import { may, namesIn, statOf, textOf } from "./files.ts";

/** A larger file is no script. */
const LARGEST = 65_536;
/** A whole path that a script names, as far as it can be told from other words. */
const PATH = /(?<![\w.$/{}-])\/[\w.@+-]+(?:\/[\w.@+-]+)+/g;
/** What of these has to be there: the program, and its Node. */
const PROGRAM = /\/(?:dss-probe|node|dist\/main\.js|src\/main\.ts)$/;

/** The small files in a folder that call dss-probe. */
export function callersIn(folder: string, kind = /./): readonly string[] {
	return namesIn(folder)
		.filter((name) => kind.test(name))
		.map((name) => `${folder}/${name}`)
		.filter((path) => {
			const found = statOf(path);
			return found?.isFile() === true && found.size < LARGEST && /\bdss-probe\b/.test(codeOf(path));
		});
}

/** The programs that a file names and that are not there. */
export function missingFrom(text: string): readonly string[] {
	const named = [...text.matchAll(PATH)].map(([path]) => path).filter((path) => PROGRAM.test(path));
	return [...new Set(named)].filter((path) => !statOf(path));
}

/**
 * Judges a script that Zabbix or Nagios starts.
 *
 * @param told what comes of it where it cannot be run, and how it is made anew
 */
export function judgeScript(path: string, told: { readonly closed: string; readonly anew: string }): Finding {
	const mode = (statOf(path)?.mode ?? 0) & 0o055;
	const isRoots = statOf(path)?.uid === 0 && statOf(path)?.gid === 0;
	if (!may("run", path) || (isRoots && mode === 0)) {
		return warning(`${path} cannot be run`, `chmod 755 ${path}: ${told.closed}.`);
	}
	const [missing] = missingFrom(codeOf(path));
	if (missing === undefined) return ok(`${path} calls dss-probe`);
	return warning(`${path} calls ${missing}, which is not there`, told.anew);
}

/** The text of a file without its comments. */
export function codeOf(path: string): string {
	return (textOf(path) ?? "").replace(/^\s*(?:#|\/\/).*$/gm, "");
}
