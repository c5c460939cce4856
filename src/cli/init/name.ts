import { NAME, NAME_RULE } from "../../config/checks.ts";
import { OWN_NAME } from "../../config/instances.ts";

/** Why no instance may have this name; undefined where one may. */
export function wrongName(name: string): string | undefined {
	if (!NAME.test(name)) return `"${name}" ${NAME_RULE}`;
	return name === OWN_NAME ? `"${name}" is the name of this program` : undefined;
}
