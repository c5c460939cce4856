import type { Config } from "../config/alerts.ts";
import type { Instance } from "../dss/instance.ts";
import { EXIT, UserError } from "./exit.ts";

/**
 * The instance of that name.
 *
 * @throws UserError with the names that there are
 */
export function knownInstance({ instances }: Pick<Config, "instances">, name: string): Instance {
	const found = instances.get(name);
	if (found) return found;
	const known = [...instances.keys()].join(", ") || "none";
	throw new UserError(`unknown instance ${name}; the configuration has: ${known}`, EXIT.usage);
}
