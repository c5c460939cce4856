import type { Command } from "commander";
import type { Io } from "./io.ts";

const OPTIONS = [
	["-t, --timeout <seconds>", "longest time until the answer; afterwards UNKNOWN (default: 10)"],
	["-w, --warning <range>", "warning range in place of the check's limit: 2 (of its latency) or latency=2,size=10:"],
	["-c, --critical <range>", "critical range, likewise; the configuration is --config here"],
	["-v, --verbose", "more long output: what was measured; -vv who looked, too; -vvv the whole report"],
	["--confirmed", "report what dss-probe has confirmed instead of the newest sample"],
	["--config <file>", "configuration file (default: $DSS_PROBE_CONFIG, else ./alerts.yaml)"],
	["--socket <path>", "where the daemon answers (default: $DSS_PROBE_SOCKET, else as the configuration says)"],
	["--definitions <program>", "print definitions of all checks instead: nagios or icinga2"],
	["-V, --version", "print the version"],
] as const;

/**
 * Adds `nagios`, for its help and for options that stand before the verb. Otherwise the entry answers before a parser of
 * command lines is loaded. The words are read by `nagios` itself, so they are handed on as they came.
 *
 * @param done takes the exit code
 */
export function addNagiosVerb(program: Command, io: Io, done: (code: number) => void): void {
	const command = program
		.command("nagios")
		.description("answer as a plugin of Nagios, Icinga, Naemon or Sensu")
		.argument("[instance]", "name of the instance")
		.argument("[check]", "name of the check (default: the worst of all checks of the instance)");
	const words: string[] = [];
	for (const [flags, about] of OPTIONS) {
		command.option(flags, about);
		const option = command.options.at(-1);
		const long = option?.long ?? "";
		// A range may come several times, and each time counts.
		command.on(`option:${option?.name()}`, (value?: string | null) => {
			words.push(typeof value === "string" ? `${long}=${value}` : long);
		});
	}
	command.action(async (_instance, _check, _options, { args }: Command) => {
		const [{ nagios }, { say }] = await Promise.all([import("./nagios.ts"), import("./say.ts")]);
		const { config } = program.opts<{ config?: string }>();
		done(await nagios([...(config === undefined ? [] : [`--config=${config}`]), ...words, ...args], io, say));
	});
}
