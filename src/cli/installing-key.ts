import type { Instance } from "../dss/instance.ts";
import { Secret } from "../model/secret.ts";
import { askOnce } from "./ask.ts";
import { EXIT, UserError } from "./exit.ts";
import type { Io } from "./io.ts";
import { secretFrom } from "./named-secret.ts";

/**
 * The key that may create or delete a project: from where the user says, else `admin_key` of the instance, else asked for.
 *
 * @param from as `--key-from` names it
 * @throws UserError where there is none
 */
export async function installingKey(from: string | undefined, instance: Instance, io: Io): Promise<Secret> {
	if (from !== undefined) return new Secret(secretFrom("--key-from", from, io.env).value);
	if (instance.adminKey) return instance.adminKey;
	const question = `API key for ${instance.name} that may create projects (not shown)`;
	const typed = await askOnce(io, question, { hidden: true });
	if (typed) return new Secret(typed);
	throw new UserError(
		"no key that may create projects: put one into a variable or a file and name that with --key-from NAME or --key-from file:/path; it is needed for this only",
		EXIT.usage,
	);
}
