import { resolve } from "node:path";
import { realDisk } from "../config/disk.ts";
import { EXIT, UserError } from "./exit.ts";
import type { Io } from "./io.ts";

/** Where a secret comes from that was named or typed. */
export type SecretSource =
	/** A variable; one that was typed gets it in the environment file beside the configuration. */
	| { readonly kept: "variable"; readonly name: string; readonly value: string }
	/** Stays in the file that holds it. */
	| { readonly kept: "file"; readonly path: string; readonly value: string };

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const FILE = "file:";

/**
 * A secret that an option names: `DSS_API_KEY` or `file:/path`. Never the secret itself: arguments are seen by everybody on the
 * machine, and kept in the history of the shell and in the logs of whatever runs scripts.
 *
 * @throws UserError where there is none; what was given is not repeated, it may be the secret itself
 */
export function secretFrom(option: string, where: string, env: Io["env"]): SecretSource {
	if (where.startsWith(FILE)) {
		// In the configuration a relative path would start at its folder.
		const path = resolve(where.slice(FILE.length));
		const value = textOf(option, path).replace(/\r?\n$/, "");
		if (value === "") throw new UserError(`${option}: ${path} is empty`, EXIT.usage);
		return { kept: "file", path, value: bare(option, path, value) };
	}
	const value = NAME.test(where) && Object.hasOwn(env, where) ? env[where] : undefined;
	if (value) return { kept: "variable", name: where, value: bare(option, where, value) };
	throw new UserError(
		`${option} takes the name of a variable that is set, or file:/path, never the secret`,
		EXIT.usage,
	);
}

/** What is pasted together with a secret is sent together with it, and refused: better said here. */
function bare(option: string, where: string, value: string): string {
	if (value === value.trim()) return value;
	throw new UserError(`${option}: ${where} begins or ends with a blank or a line break: take that away`, EXIT.usage);
}

function textOf(option: string, path: string): string {
	try {
		return realDisk.readText(path);
	} catch (error) {
		throw new UserError(`${option}: ${path} cannot be read: ${(error as Error).message}`, EXIT.usage);
	}
}

/** A secret that was typed. It gets a name that nothing else in the environment has: that would count later. */
export function secretTyped(name: string, value: string, env: Io["env"]): SecretSource {
	let free = name;
	for (let number = 2; env[free] !== undefined && env[free] !== value; number++) free = `${name}_${number}`;
	return { kept: "variable", name: free, value };
}

/** How the configuration names it. */
export function markOf(source: SecretSource): string {
	return source.kept === "file" ? `\${file:${source.path}}` : `\${${source.name}}`;
}
