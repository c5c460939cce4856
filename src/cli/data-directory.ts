import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { EXIT, UserError } from "./exit.ts";

/**
 * The data directory that an option names, as an absolute path.
 *
 * @throws UserError where there is none, or another folder
 */
export function dataDirectory(given: string): string {
	const path = resolve(given);
	if (statSync(join(path, "install.ini"), { throwIfNoEntry: false })) return path;
	throw new UserError(`--data-dir ${path} is no data directory of DSS: it has no install.ini`, EXIT.usage);
}
