import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Config } from "../config/alerts.ts";
import { envFileOf } from "../config/env-file.ts";
import { loadConfig } from "../config/load.ts";
import { formatProblems, type Paint } from "../config/problems.ts";
import type { Loaded } from "../config/read.ts";
import { redactor } from "../model/secret.ts";
import { DEFAULT_CONFIG } from "./config-file.ts";
import { EXIT, UserError } from "./exit.ts";
import type { Io } from "./io.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Whether nothing is configured yet: no file was named, no DSS was named, and there is no alerts.yaml, or it is one that
 * waits for the address of a DSS in DSS_URL, without an alerts.env beside it. Anything else is meant seriously and must never end in a demonstration.
 */
export function isUnconfigured(given: string | undefined, env: Io["env"]): boolean {
	if (given !== undefined || env["DSS_PROBE_CONFIG"] !== undefined || env["DSS_URL"] !== undefined) return false;
	if (existsSync(envFileOf(DEFAULT_CONFIG))) return false;
	return !existsSync(DEFAULT_CONFIG) || readFileSync(DEFAULT_CONFIG, "utf8").includes(`\${DSS_URL}`);
}

/**
 * Reads the configuration for a verb that needs one. Warnings go to `err`.
 *
 * @throws UserError with all that is wrong, exit code 78
 */
export function requireConfig(file: string, io: Io, options: { readonly quiet?: boolean } = {}): Config {
	const loaded = loadConfig(file, { env: io.env });
	if (!loaded.ok) throw new UserError(explainRefusal(file, loaded, io.terminal), EXIT.config);
	io.hide?.(redactor(loaded.config.secrets));
	const { warnings } = loaded.config;
	if (warnings.length > 0 && !options.quiet) io.terminal.err(formatProblems(warnings, paintOf(io.terminal)));
	return loaded.config;
}

/** All problems of a refused configuration, with a closing line that counts them. */
export function explainRefusal(file: string, loaded: Extract<Loaded, { ok: false }>, terminal: Terminal): string {
	const errors = loaded.problems.filter(({ severity }) => severity === "error").length;
	const count = `${errors} ${errors === 1 ? "problem" : "problems"} in ${resolve(file)} and the files it names; nothing was started.`;
	return `${formatProblems(loaded.problems, paintOf(terminal))}\n\n${count}`;
}

export function paintOf(terminal: Terminal): Paint {
	return {
		error: (text) => terminal.paint("bad", text),
		warning: (text) => terminal.paint("warn", text),
		faint: (text) => terminal.paint("dim", text),
	};
}
