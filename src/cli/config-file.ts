import type { Io } from "./io.ts";

/** Where the configuration is looked for when nothing names it. */
export const DEFAULT_CONFIG = "alerts.yaml";

/** The configuration file in force: `-c`, else DSS_PROBE_CONFIG, else alerts.yaml in the working folder. */
export function configFile(given: string | undefined, env: Io["env"]): string {
	return given ?? env["DSS_PROBE_CONFIG"] ?? DEFAULT_CONFIG;
}
