import { compose } from "./compose.ts";
import { type Disk, realDisk } from "./disk.ts";
import { type Loaded, readConfig } from "./read.ts";
import { type Parse, readYaml } from "./yaml.ts";

/**
 * Reads alerts.yaml, the check files that it names, and the variables in alerts.env beside it that the environment lacks.
 * Never throws for anything that is written in them.
 *
 * @param file path of alerts.yaml; relative paths in it start at its folder
 * @param sources.env the environment, for `${NAME}`
 * @param sources.disk where files are read from; the real one unless somebody notes what is read
 * @param sources.parse how a text is read as YAML
 */
export function loadConfig(
	file: string,
	sources: {
		readonly env: Readonly<Record<string, string | undefined>>;
		readonly disk?: Disk;
		readonly parse?: Parse;
	},
): Loaded {
	return readConfig(file, { disk: realDisk, parse: readYaml, ...sources }, compose);
}
