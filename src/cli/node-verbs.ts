import { type Command, Option } from "commander";
import type { DiscoverOptions } from "./discover.ts";
import type { InitOptions } from "./init/init.ts";
import { milliseconds } from "./option-values.ts";
import type { VerbDeps } from "./talk-verbs.ts";

/** Adds the verbs that find out what a node is, before or beside a configuration. */
export function addNodeVerbs(program: Command, { config, optionsOf, carryOut }: VerbDeps): void {
	program
		.command("init")
		.description("ask for a DSS node and for who is told, try both, and write alerts.yaml")
		.argument("[file]", "where to write it; its secrets go into the file of that name that ends in .env", "alerts.yaml")
		.option("--url <address>", "base address of the node")
		.option("--key-from <where>", "its API key: the name of a variable, or file:/path")
		.option("--admin-key-from <where>", "a key with admin rights, for the checks that need one")
		.option("--ca <file>", "PEM file of the authority that signed the node's certificate")
		.option("--name <name>", "name of the node (default: what kind of node it is)")
		.option("--data-dir <folder>", "where this is the host of DSS: its data directory, for the checks that look there")
		.option("--tenant <id>", "of a Fleet Manager, where it is not main")
		.option("--webhook-url-from <where>", "tell this webhook: the name of a variable, or file:/path")
		.option("--slack-url-from <where>", "tell Slack by this webhook, named in the same way")
		.option("--mail-to <addresses>", "tell these people by mail, several with commas")
		.option("--mail-from <address>", "sender of the mails (default: dss-probe at the domain of the first receiver)")
		.option(
			"--smtp-from <where>",
			"mail server: smtp://host:port, or with a password a variable or file:/path that holds it",
		)
		.option("--listen <address:port>", "where the status page is to be", "127.0.0.1:8600")
		.option("--dry-run", "print the file and write nothing")
		.option("--force", "replace a file that is there")
		.option("--yes", "ask nothing, and send a test message")
		.action(async (file: string, _options, command: Command) => {
			await carryOut((await import("./init/init.ts")).init, { ...optionsOf(command), file } as InitOptions);
		});
	program
		.command("discover")
		.description("ask a node what it is, and print the piece of alerts.yaml that would watch it")
		.argument("[instance]", "an instance of the configuration")
		.option(...config)
		.option("--url <address>", "instead: the address of a node")
		.option(
			"--key-from <where>",
			"with --url: its API key (Fleet Manager: ID:SECRET): the name of a variable, or file:/path",
		)
		.option("--admin-key-from <where>", "with --url: the same of a key with admin rights")
		.option("--name <name>", "with --url: what it shall be called (default: dss)")
		.option("--ca <file>", "with --url: PEM certificates of your own authority")
		.option("--data-dir <folder>", "with --url, where this is the host of DSS: its data directory")
		.option("--tenant <id>", "of a Fleet Manager, where it is not main")
		.addOption(
			new Option("--timeout <duration>", "longest time of one call").argParser(milliseconds).default(10_000, "10s"),
		)
		.option("--json", "print what was found as JSON")
		.action(async (instance: string | undefined, _options, command: Command) => {
			const options = { ...optionsOf(command), ...(instance && { instance }) } as DiscoverOptions;
			await carryOut((await import("./discover.ts")).discover, options);
		});
}
