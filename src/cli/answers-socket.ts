import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { DEFAULT_STORE } from "../config/defaults.ts";
import { configFile } from "./config-file.ts";
import type { Io } from "./io.ts";

/** A path as YAML reads it whatever stands around: letters, digits and a few signs, on a line of its own. */
const PATH = "([A-Za-z0-9_./-]+)";
const STORE = new RegExp(`^store: +${PATH} *$`, "m");
const SOCKET = new RegExp(
	String.raw`^answers:(?: +\{|\r?\n +)(?: *group: *[A-Za-z0-9_-]+ *(?:,|\r?\n))? *socket: *${PATH} *(?:,|\}|$)`,
	"m",
);

/**
 * Where the daemon of a configuration listens, without reading that as YAML, which would take longer than the question. A
 * line that begins in the first column can only be a key of the file itself. What is written in any other way is left to
 * the proper reader. A wrong guess costs nothing: nobody listens there.
 *
 * @returns undefined where that cannot be told at a glance
 */
export function guessSocket(given: string | undefined, env: Io["env"]): string | undefined {
	const file = configFile(given, env);
	let text: string;
	try {
		text = readFileSync(file, "utf8");
	} catch {
		return undefined;
	}
	const place = (path: string): string => (isAbsolute(path) ? path : join(dirname(file), path));
	const socket = SOCKET.exec(text)?.[1];
	if (socket !== undefined) return place(socket);
	if (/^["']?answers/m.test(text) && !/^answers: *\{ *group: *[\w-]+ *\} *$/m.test(text)) return undefined;
	const store = STORE.exec(text)?.[1];
	if (store !== undefined) return `${place(store)}.ask`;
	return /^["']?store/m.test(text) ? undefined : `${place(DEFAULT_STORE)}.ask`;
}
