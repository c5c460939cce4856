import { realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { readText, reasonOf } from "./read.ts";
import type { Role } from "./roles.ts";

/** A data directory of DSS that can be looked at. */
export interface OpenDirectory {
	readonly ok: true;
	/** As given, and without links; the same twice where it has none. */
	readonly paths: readonly [string, string];
	/** In small letters, such as design; undefined where install.ini does not say. */
	readonly nodeType: string | undefined;
}

/** A data directory, or why it cannot be looked at. */
type DataDirectory = OpenDirectory | { readonly ok: false; readonly reason: string };

/** Finds out what kind of node lives in a data directory, by its install.ini. */
export async function openDataDirectory(path: string): Promise<DataDirectory> {
	let real: string;
	try {
		if (!(await stat(path)).isDirectory()) return { ok: false, reason: `${path} is no folder` };
		real = await realpath(path);
	} catch (error) {
		return { ok: false, reason: `${path}: ${reasonOf(error)}` };
	}
	const ini = await readText(join(path, "install.ini"));
	if (!ini.ok) {
		const hint = ini.code === "ENOENT" ? ": is it the data directory of DSS?" : "";
		return { ok: false, reason: `${join(path, "install.ini")}: ${ini.reason}${hint}` };
	}
	return { ok: true, paths: [path, real], nodeType: nodeTypeIn(ini.text) };
}

/** The `nodetype` in the section `general` of an install.ini. */
function nodeTypeIn(ini: string): string | undefined {
	let section = "";
	for (const line of ini.split(/\r?\n/)) {
		const head = /^\s*\[([^\]]+)\]/.exec(line);
		if (head) section = (head[1] as string).trim().toLowerCase();
		const type = section === "general" ? /^\s*nodetype\s*[=:]\s*(\S+)/i.exec(line)?.[1] : undefined;
		if (type !== undefined) return type.toLowerCase();
	}
	return undefined;
}

/** The programs that run all the time, by the type of the node. */
export function usualRoles(nodeType: string | undefined): readonly Role[] {
	switch (nodeType) {
		case "govern":
			return ["supervisord", "nginx", "govern"];
		case "api":
		case "apinode":
			return ["supervisord", "nginx", "apimain"];
		case "deployer":
			return ["supervisord", "nginx", "backend"];
		default:
			return ["supervisord", "nginx", "backend", "jupyter"];
	}
}
