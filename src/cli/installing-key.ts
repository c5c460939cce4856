import { readFileSync } from "node:fs";
import type { Instance } from "../dss/instance.ts";
import { Secret } from "../model/secret.ts";
import { EXIT, UserError } from "./exit.ts";
import type { Io } from "./io.ts";

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const FILE = "file:";

/**
 * The key that may create or delete a project: from where the user says, else `admin_key` of the instance, else asked for. Never an
 * argument itself: those are seen by everybody on the machine, and kept in the shell's history.
 *
 * @param from name of an environment variable, or `file:/path`
 * @throws UserError where there is none
 */
export async function installingKey(from: string | undefined, instance: Instance, io: Io): Promise<Secret> {
	if (from !== undefined) return keyFrom(from, io);
	if (instance.adminKey) return instance.adminKey;
	const typed = (await io.ask?.(`API key for ${instance.name} that may create projects (not shown): `, true))?.trim();
	if (typed) return new Secret(typed);
	throw new UserError(
		"no key that may create projects: put one into a variable or a file and name that with --key-from NAME or --key-from file:/path; it is needed for this only",
		EXIT.usage,
	);
}

function keyFrom(from: string, { env }: Io): Secret {
	if (from.startsWith(FILE)) {
		const path = from.slice(FILE.length);
		try {
			const key = readFileSync(path, "utf8").trim();
			if (key !== "") return new Secret(key);
		} catch (error) {
			throw new UserError(`--key-from: ${path} cannot be read: ${(error as Error).message}`, EXIT.usage);
		}
		throw new UserError(`--key-from: ${path} is empty`, EXIT.usage);
	}
	const value = VARIABLE.test(from) && Object.hasOwn(env, from) ? env[from] : undefined;
	if (value) return new Secret(value);
	// What was given is not repeated: it may be the key itself.
	throw new UserError(
		"--key-from takes the name of an environment variable that is set, or file:/path; not the key itself",
		EXIT.usage,
	);
}
