import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { didYouMean } from "../config/suggest.ts";
import { addCanaryVerbs } from "./canary-verbs.ts";
import { EXIT, UserError } from "./exit.ts";
import { addHelp } from "./help.ts";
import type { Io, Verb } from "./io.ts";
import { addNagiosVerb } from "./nagios-command.ts";
import { addNodeVerbs } from "./node-verbs.ts";
import { milliseconds } from "./option-values.ts";
import { reflow } from "./reflow.ts";
import { addTalkVerbs } from "./talk-verbs.ts";
import { programVersion } from "./version.ts";
import { addZabbixVerbs } from "./zabbix-verbs.ts";

const CONFIG = ["-c, --config <file>", "configuration file (default: $DSS_PROBE_CONFIG, else ./alerts.yaml)"] as const;
/** Of help that goes into a file or a pager. */
const HELP_WIDTH = 80;
const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

const EXAMPLES = `
Examples:
  dss-probe init                             ask for a DSS node, and write alerts.yaml
  dss-probe                                  watch, and tell (a demonstration where nothing is configured)
  dss-probe -c /etc/dss-probe/alerts.yaml    watch what the file says
  dss-probe --once --quiet                   one look at everything, for cron; speaks only when something is wrong
  dss-probe validate                         what is wrong with the configuration, and how soon a page comes
  dss-probe doctor                           what is wrong around it: machine, store, instances, keys, channels
  dss-probe zabbix get design get-configuration latency

Exit codes: 0 ok, 1 warning, 2 critical, 3 unknown, 64 wrong command line, 69 port or store in use, 70 dss-probe failed or was cut off, 78 wrong configuration`;

/**
 * Reads the command line and carries out its verb. Every verb's code is loaded only when it is asked for.
 *
 * @param args without the names of node and script
 * @returns the exit code
 */
export async function runProgram(args: readonly string[], io: Io): Promise<number> {
	const { program, code } = describeProgram(io);
	// Asked by a shell at every press of the tab key, for words that need not make sense yet.
	if (args[0] === "__complete") return (await import("./completion.ts")).printCandidates(program, args.slice(1), io);
	try {
		refuseUnknownVerb(program, args);
		await program.parseAsync(args, { from: "user" });
		return code();
	} catch (error) {
		if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
		if (!(error instanceof UserError)) throw error;
		io.terminal.err(error.message);
		return error.exit;
	}
}

/**
 * The command line as a whole: verbs, arguments, options, and what each does.
 *
 * @returns the program, ready to be parsed once, and the exit code that it then came to
 */
export function describeProgram(io: Io): { readonly program: Command; readonly code: () => number } {
	let code: number = EXIT.ok;
	const program = new Command("dss-probe")
		.description(
			"Watches Dataiku DSS nodes, says which layer is broken, and tells the right people once when it breaks and once when it is over.",
		)
		.version(programVersion(), "-V, --version", "print the version")
		.helpOption("-h, --help", "print this help")
		.addHelpText("after", EXAMPLES)
		.showSuggestionAfterError()
		// An option after a verb is that verb's own, also where dss-probe without a verb takes one of the same name.
		.enablePositionalOptions()
		.exitOverride()
		.configureOutput({
			writeOut: (text) =>
				io.terminal.out(reflow(text.trimEnd(), io.terminal.isPerson ? io.terminal.width : HELP_WIDTH)),
			writeErr: (text) => io.terminal.err(text.trimEnd()),
		});

	const run = (command: Command) =>
		command
			.option(...CONFIG)
			.option("--once", "look at every check once, deliver the alerts, end with the worst verdict as exit code")
			.option("--quiet", "with --once: say nothing when all is well")
			.option("--json", "with --once: print the verdicts as JSON")
			.option("--demo", "watch an embedded DSS simulator whose faults follow a timetable")
			.option("--log-level <level>", `one of ${LOG_LEVELS.join(", ")}`, logLevel, "info" as const)
			.addOption(
				new Option("--stop-within <duration>", "longest time between SIGTERM and the end")
					.argParser(milliseconds)
					.default(10_000, "10s"),
			)
			.action(async () => {
				code = await start(optionsOf<StartOptions>(command), io);
			});

	const carryOut = async <Options>(verb: Verb<Options>, options: Options): Promise<void> => {
		code = await verb(options, io);
	};
	run(program);
	run(program.command("run").description("watch continuously (what dss-probe does without a verb)"));
	program
		.command("validate")
		.description("check the configuration; print every check with the longest time from outage to page")
		.option(...CONFIG)
		.option("--json", "print it as JSON")
		.action(async (_options, command) => {
			code = await (await import("./validate.ts")).validate(optionsOf(command), io);
		});
	addNodeVerbs(program, { config: CONFIG, optionsOf, carryOut });
	program
		.command("health")
		.description("ask the running daemon whether it does its work")
		.option(...CONFIG)
		.action(async (_options, command) => {
			code = await (await import("./health.ts")).health(optionsOf(command), io);
		});
	program
		.command("doctor")
		.description("examine this machine, the configuration, the store, instances and channels; say what to do")
		.option(...CONFIG)
		.option("--instance <name>", "of the instances only this one")
		.option("--offline", "nothing leaves this machine: no instance and no receiver is asked")
		.option("--send", "also send one harmless message over each channel; otherwise none is sent")
		.addOption(
			new Option("--deadline <duration>", "longest time of one examination")
				.argParser(milliseconds)
				.default(15_000, "15s"),
		)
		.option("--json", "print it as JSON")
		.action(async (_options, command) => {
			code = await (await import("./doctor.ts")).doctor(optionsOf(command), io);
		});
	program
		.command("test-notify")
		.description("send one harmless message to each channel and say what came of it")
		.argument("[channels...]", "names of channels (default: all)")
		.option(...CONFIG)
		.action(async (channels, _options, command) => {
			code = await (await import("./test-notify.ts")).testNotify({ ...optionsOf<object>(command), channels }, io);
		});
	program
		.command("rehearse")
		.description(
			"say which messages would leave, over a scripted timeline or the recorded history; nothing is probed or sent",
		)
		.option(...CONFIG)
		.option("--timeline <file>", "what targets, channels and people do, as schema/timeline.schema.json says")
		.option("--history", "instead: the samples that the store has kept")
		.option("--since <duration>", "with --history: how far back", "30d")
		.option("--against <file>", "show which pages this other configuration would add or remove")
		.option("--json", "print it as JSON")
		.action(async (_options, command) => {
			code = await (await import("./rehearse.ts")).rehearse(optionsOf(command), io);
		});
	program
		.command("simulate")
		.description("run a simulated DSS node with faults to switch, for trying things out")
		.option("--listen <address:port>", "where it listens", "127.0.0.1:11200")
		.requiredOption("--api-key <key>", "key with rights on the project DKU_MONITORING")
		.option("--admin-key <key>", "key that may do everything")
		.option("--dss-version <version>", "version of DSS to be; endpoints that came later are missing")
		.option("--node-type <type>", "design, automation, deployer, api, govern or fleet-manager", "design")
		.action(async (options) => {
			code = await (await import("./simulate.ts")).simulate(options, io);
		});
	addNagiosVerb(program, io, (ended) => {
		code = ended;
	});

	addTalkVerbs(program, { config: CONFIG, optionsOf, carryOut });
	addCanaryVerbs(program, { config: CONFIG, optionsOf, carryOut });
	addZabbixVerbs(program, { config: CONFIG, optionsOf, carryOut });
	program
		.command("completion")
		.description("print what a shell needs to complete dss-probe's words by the tab key")
		.argument("<shell>", "bash, zsh or fish")
		.action(async (shell: string) => {
			code = await (await import("./completion.ts")).completion({ shell }, io);
		});
	addHelp(program);
	return { program, code: () => code };
}

interface StartOptions {
	readonly config?: string;
	readonly once?: boolean;
	readonly quiet?: boolean;
	readonly json?: boolean;
	readonly demo?: boolean;
	readonly logLevel: (typeof LOG_LEVELS)[number];
	readonly stopWithin: number;
}

async function start(options: StartOptions, io: Io): Promise<number> {
	const { config, quiet, json, logLevel: level, stopWithin } = options;
	if (options.once) {
		const { once } = await import("./once.ts");
		return once({ ...(config && { config }), ...(quiet && { quiet }), ...(json && { json }) }, io);
	}
	const { isUnconfigured } = await import("./source.ts");
	const common = { logLevel: level, stopWithinMs: stopWithin };
	if (options.demo || isUnconfigured(config, io.env)) return (await import("./demo.ts")).demo(common, io);
	return (await import("./run.ts")).run({ ...common, ...(config && { config }) }, io);
}

/** The options of a verb, with those that stand before it where it has them, too: `dss-probe -c FILE validate`. */
function optionsOf<Options>(command: Command): Options {
	const options = { ...command.opts() };
	for (let above = command.parent; above; above = above.parent) {
		for (const [name, value] of Object.entries(above.opts())) {
			const isKnown = command.options.some((option) => option.attributeName() === name);
			if (isKnown && command.getOptionValueSource(name) !== "cli" && above.getOptionValueSource(name) === "cli") {
				options[name] = value;
			}
		}
	}
	return options as Options;
}

/** A slip in the verb would otherwise be told as a superfluous word, because dss-probe also runs without a verb. */
function refuseUnknownVerb(program: Command, [first]: readonly string[]): void {
	const verbs = [...program.commands.map((command) => command.name()), "help"];
	if (first === undefined || first.startsWith("-") || verbs.includes(first)) return;
	const hint = didYouMean(first, verbs) ?? `there are: ${verbs.join(", ")}`;
	throw new UserError(`error: unknown command '${first}'; ${hint}`, EXIT.usage);
}

function logLevel(given: string): (typeof LOG_LEVELS)[number] {
	const found = LOG_LEVELS.find((level) => level === given);
	if (!found) throw new InvalidArgumentError(`It is one of ${LOG_LEVELS.join(", ")}.`);
	return found;
}
