import { type Command, InvalidArgumentError, Option } from "commander";
import { parseDuration } from "../model/duration.ts";
import type { VerbDeps } from "./talk-verbs.ts";

const CANARY_HELP = `
A canary builds one small dataset again and again, the only proof that users can run jobs. install makes the project for it, check
looks at everything that it needs and runs it once, remove deletes the project again. docs/canary.md tells more.

Examples:
  dss-probe canary install design --key-from DSS_ADMIN_KEY
  dss-probe canary check design
  dss-probe canary remove design --key-from DSS_ADMIN_KEY`;

const INSTALL_HELP = `
Makes the project, a dataset canary_out, a Python recipe without an input that writes three rows into it, and with --kind scenario or
both a scenario that builds it. What is there already is left as it is, so it can be run again. A project that dss-probe did not make
is never touched. Then the key that the canary runs with (api_key of the instance) is tried, and it is said which right it lacks.

The key for this needs the right to create projects, and to write code. It is taken from the variable or file that --key-from names,
else from admin_key of the instance, else asked for; it is kept nowhere.

Examples:
  dss-probe canary install design --dry-run --key-from DSS_ADMIN_KEY
  dss-probe canary install design --key-from file:/run/secrets/dss-admin --kind both
  dss-probe canary install design --project PROBES --connection my_files --owner monitoring

Exit codes: 0 installed, and the canary's key may use it; 1 installed, but that key lacks a right or is missing; 2 stopped, and why;
64 wrong command line; 78 wrong configuration.`;

const CHECK_HELP = `
With the key that the canary runs with: project, output, recipe, rights, then one real job with its phases, whether it rebuilt the
output, and how many job folders DSS keeps for the project. Ctrl-C aborts the job.

Examples:
  dss-probe canary check design
  dss-probe canary check design --project PROBES --timeout 5m

Exit codes: 0 all well; 1 something to look at; 2 the canary does not work; 64 wrong command line; 78 wrong configuration.`;

const REMOVE_HELP = `
Deletes the project with all that is in it, the data of canary_out and the logs of its jobs. Refused where dss-probe did not make the
project, and where somebody has put something else into it. Looked at are datasets, recipes, scenarios, managed folders, notebooks,
web apps, saved models, analyses, wiki articles and insights, as far as the version of DSS lists them. Anything else, such as
dashboards without insights or files in the project's library, is deleted with it.

Examples:
  dss-probe canary remove design --dry-run --key-from DSS_ADMIN_KEY
  dss-probe canary remove design --yes --key-from DSS_ADMIN_KEY

Exit codes: 0 removed, or not there; 1 not confirmed; 2 refused, and why; 64 wrong command line; 78 wrong configuration.`;

const PROJECT = ["--project <key>", "key of the project (default: DKU_MONITORING)"] as const;
const KEY_FROM = [
	"--key-from <name>",
	"variable that holds the key for this, or file:/path (default: admin_key of the instance, else asked for)",
] as const;

/** Adds the verbs that make, try and delete what a canary needs in DSS. */
export function addCanaryVerbs(program: Command, { config, optionsOf, carryOut }: VerbDeps): void {
	const canary = program
		.command("canary")
		.description("install, try and remove the project that a canary builds in")
		.addHelpText("after", CANARY_HELP);
	canary
		.command("install")
		.description("make the project, dataset, recipe and scenario in DSS; try the canary's key")
		.argument("<instance>", "name of the instance")
		.option(...PROJECT)
		.option("--kind <kind>", "what the canary does: build, scenario or both", "build")
		.option("--connection <name>", "where the output is kept", "filesystem_managed")
		.option("--owner <login>", "owner of the project (default: the user of the key)")
		.option(...KEY_FROM)
		.option("--dry-run", "say what would be made, and change nothing")
		.option(...config)
		.addHelpText("after", INSTALL_HELP)
		.action(async (instance: string, _options, command: Command) => {
			const { canaryInstall } = await import("./canary.ts");
			const options = optionsOf(command) as { kind: string; connection: string };
			await carryOut(canaryInstall, { ...options, instance });
		});
	canary
		.command("check")
		.description("look at all that a canary needs, and run it once")
		.argument("<instance>", "name of the instance")
		.option("--project <key>", "key of the project (default: that of the instance's canary, else DKU_MONITORING)")
		.option("--output <name>", "what is built (default: that of the instance's canary, else canary_out)")
		.addOption(
			new Option("--timeout <duration>", "longest time of the run; a job that is late is aborted")
				.argParser((given) => {
					const ms = parseDuration(given);
					if (ms === undefined || ms <= 0) throw new InvalidArgumentError("It is a duration such as 3m.");
					return ms;
				})
				.default(180_000, "3m"),
		)
		.option(...config)
		.addHelpText("after", CHECK_HELP)
		.action(async (instance: string, _options, command: Command) => {
			const { canaryVerify } = await import("./canary.ts");
			await carryOut(canaryVerify, { ...(optionsOf(command) as { timeout: number }), instance });
		});
	canary
		.command("remove")
		.description("delete the project that canary install made")
		.argument("<instance>", "name of the instance")
		.option(...PROJECT)
		.option(...KEY_FROM)
		.option("--yes", "do not ask")
		.option("--dry-run", "say what would be removed, and change nothing")
		.option(...config)
		.addHelpText("after", REMOVE_HELP)
		.action(async (instance: string, _options, command: Command) => {
			const { canaryRemove } = await import("./canary.ts");
			await carryOut(canaryRemove, { ...optionsOf(command), instance });
		});
}
