import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A check that was there from the beginning: where it lies, the others do. */
const FIRST = "get-configuration.yaml";

/** The folder of the checks that come with the program: it lies beside the sources, and beside the bundle. */
export function shippedChecks(): string | undefined {
	const places = ["../checks", "../../checks"].map((place) => fileURLToPath(new URL(place, import.meta.url)));
	return places.find((place) => existsSync(join(place, FIRST)));
}
