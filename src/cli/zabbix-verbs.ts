import { type Command, Option } from "commander";
import type { VerbDeps } from "./talk-verbs.ts";
import type { InstallOptions } from "./zabbix-install.ts";
import type { ZabbixTemplateOptions } from "./zabbix-template.ts";

const SOCKET = ["--socket <path>", "the daemon's socket (default: $DSS_PROBE_SOCKET, else as configured)"] as const;
const DEADLINE = ["--deadline <duration>", "longest time until the answer", "2500ms"] as const;

const ZABBIX_HELP = `
get, json and discover print one line each, say nothing on stderr, end with 0, and never take longer than --deadline. A running
daemon answers; where none does, dss-probe looks now.

Examples:
  dss-probe zabbix get design get-configuration latency
  dss-probe zabbix json design
  dss-probe zabbix discover
  dss-probe zabbix install --config /etc/dss-probe/alerts.yaml
  dss-probe zabbix template --by http > dss-by-http.yaml`;

const SEND_HELP = `
Takes what a running daemon knows; where none runs, dss-probe looks now. Ends with 0 where Zabbix took everything, with 1 where
it refused some of it (a second look, after a few seconds, names the items) or an instance had nothing to tell, with 2 where
nothing arrived.

Examples:
  dss-probe zabbix send
  dss-probe zabbix send --once -c /etc/dss-probe/alerts.yaml`;

interface AskOptions {
	readonly config?: string;
	readonly socket?: string;
	readonly deadline?: string;
	readonly values?: boolean;
}

/**
 * Adds what Zabbix asks. The entry answers `zabbix get`, `json` and `discover` before a parser is loaded, unless options
 * stand before the verb or help is wanted.
 */
export function addZabbixVerbs(program: Command, { config, optionsOf, carryOut }: VerbDeps): void {
	const ask = async (verb: string, words: readonly (string | undefined)[], command: Command): Promise<void> => {
		const options = optionsOf(command) as AskOptions;
		await carryOut(async (_options, io) => {
			const { zabbix } = await import("./zabbix.ts");
			return await zabbix([verb, ...words.filter((word) => word !== undefined), ...asWords(options)], io);
		}, {});
	};
	const zabbix = program
		.command("zabbix")
		.description("answer Zabbix: external checks and discovery; a template for it")
		.addHelpText("after", ZABBIX_HELP);
	zabbix
		.command("get")
		.description("print one line: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, or the field that is asked for")
		.argument("<instance>", "name of the instance")
		.argument("<check>", "name of the check")
		.argument("[field]", "verdict, level, cause, cause_text, summary, duration, or a value such as latency")
		.option(...config)
		.option(...SOCKET)
		.option(...DEADLINE)
		.action(async (instance, check, field, _options, command) => await ask("get", [instance, check, field], command));
	zabbix
		.command("json")
		.description("print all about an instance as one line of JSON, for a master item")
		.argument("<instance>", "name of the instance")
		.option(...config)
		.option(...SOCKET)
		.option(...DEADLINE)
		.action(async (instance, _options, command) => await ask("json", [instance], command));
	zabbix
		.command("discover")
		.description("print what there is to watch, for low-level discovery")
		.argument("[instance]", "name of the instance (default: all)")
		.option("--values", "the values of each check instead of the checks")
		.option(...config)
		.option(...SOCKET)
		.option(...DEADLINE)
		.action(async (instance, _options, command) => await ask("discover", [instance], command));
	zabbix
		.command("install")
		.description("put a script into Zabbix's folder of external checks, and try it as Zabbix would")
		.option("--dir <folder>", "that folder (default: ExternalScripts of zabbix_server.conf or zabbix_proxy.conf)")
		.option(...config)
		.option(...SOCKET)
		.option("--name <name>", "name of the script", "dss-probe")
		.option("--user <name>", "user of Zabbix's server", "zabbix")
		.option("--remove", "take the script away again")
		.action(async (_options, command) => {
			const { zabbixInstall } = await import("./zabbix-install.ts");
			await carryOut(zabbixInstall, optionsOf(command) as InstallOptions);
		});
	zabbix
		.command("send")
		.description("send the newest results to Zabbix now, as the daemon's sinks do, and say what Zabbix refuses")
		.argument("[sinks...]", "names of sinks (default: all)")
		.option("--once", "look now instead of asking the daemon")
		.option(...config)
		.addHelpText("after", SEND_HELP)
		.action(async (sinks: string[], _options, command: Command) => {
			await carryOut((await import("./zabbix-send.ts")).zabbixSend, { ...optionsOf(command), sinks });
		});
	zabbix
		.command("template")
		.description("print a template for Zabbix to import, made for the configured checks")
		.addOption(
			new Option("--by <way>", "how values get into Zabbix").choices(["http", "trapper", "external"]).default("http"),
		)
		.addOption(new Option("--for <version>", "version of Zabbix").choices(["6.0", "7.0"]).default("6.0"))
		.addOption(new Option("--format <format>", "how it is written").choices(["yaml", "json", "xml"]).default("yaml"))
		.option(...config)
		.action(async (_options, command) => {
			const { zabbixTemplate } = await import("./zabbix-template.ts");
			await carryOut(zabbixTemplate, optionsOf(command) as ZabbixTemplateOptions);
		});
}

function asWords({ config, socket, deadline, values }: AskOptions): readonly string[] {
	return [
		...(config === undefined ? [] : ["--config", config]),
		...(socket === undefined ? [] : ["--socket", socket]),
		...(deadline === undefined ? [] : ["--deadline", deadline]),
		...(values ? ["--values"] : []),
	];
}
