import type { Command } from "commander";
import type { Io } from "./io.ts";

/** The options are read by `nagios` itself. */
const HELP = `
Without a CHECK: the worst of all checks of the instance.

Options:
  -t, --timeout <seconds>      longest time until the answer; afterwards UNKNOWN (default: 10)
  -w, --warning <range>        warning range in place of the check's limit: 2 (of its latency) or latency=2,size=10:
  -c, --critical <range>       critical range, likewise; the configuration is --config here
  -v, --verbose                more long output: what was measured; -vv who looked, too; -vvv the whole report
  --confirmed                  report what dss-probe has confirmed instead of the newest sample
  --config <file>              configuration file (default: $DSS_PROBE_CONFIG, else ./alerts.yaml)
  --socket <path>              where the daemon answers (default: $DSS_PROBE_SOCKET, else as the configuration says)
  --definitions <program>      print definitions of all checks instead: nagios or icinga2
  -V, --version                print the version

Examples:
  dss-probe nagios design get-configuration
  dss-probe nagios -w 2 -c 8 design public-api
  dss-probe nagios --definitions icinga2 --config /etc/dss-probe/alerts.yaml

Exit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN and whatever says nothing about DSS`;

/**
 * Adds `nagios`, for its help and for options that stand before the verb. Otherwise the entry answers before a parser of
 * command lines is loaded.
 *
 * @param done takes the exit code
 */
export function addNagiosVerb(program: Command, io: Io, done: (code: number) => void): void {
	program
		.command("nagios")
		.description("answer as a plugin of Nagios, Icinga, Naemon or Sensu")
		.usage("[options] INSTANCE [CHECK]")
		.argument("[words...]")
		.allowUnknownOption()
		.addHelpText("after", HELP)
		.action(async (_words, _options, { args }: Command) => {
			const [{ nagios }, { say }] = await Promise.all([import("./nagios.ts"), import("./say.ts")]);
			const { config } = program.opts<{ config?: string }>();
			done(await nagios([...(config === undefined ? [] : ["--config", config]), ...args], io, say));
		});
}
