import type { EventEmitter } from "node:events";
import { writeFileSync } from "node:fs";
import type { Argument, Command, Option } from "commander";
import type { Io } from "../src/cli/io.ts";
import { describeProgram } from "../src/cli/program.ts";
import { programVersion } from "../src/cli/version.ts";

/** What no option or verb says. */
const FILES = [
	["alerts.yaml", "The configuration, where no -c and no DSS_PROBE_CONFIG names another."],
	["checks/", "Check files beside it; the shipped ones lie in the package."],
	["STORE, STORE-wal, STORE-shm", "The SQLite database that the configuration names."],
	["STORE.sock", "Where the daemon is talked to by its own user and root."],
] as const;

const ENVIRONMENT = [
	["DSS_PROBE_CONFIG", "The configuration file."],
	["DSS_URL", "With it the shipped alerts.yaml is in use instead of the demonstration."],
	["NO_COLOR, FORCE_COLOR", "Without and with colours, whatever the terminal."],
	["NOTIFY_SOCKET, WATCHDOG_USEC, JOURNAL_STREAM", "Set by systemd: it is told of readiness, reloads and progress."],
	["TMPDIR", "Where compiled code is kept between two starts."],
] as const;

const SIGNALS = [
	["SIGTERM, SIGINT", "No new looks; due messages are delivered; then the end. A second one ends the program at once."],
	["SIGHUP", "Reads the configuration again, and uses it if all of it is good."],
] as const;

/**
 * The manual page dss-probe(1), in the macros of man(7), made from the same verbs and options as the help.
 *
 * @param day that the page is from, such as 2026-01-05
 */
export function manPage(day: string): string {
	const { program } = describeProgram(nobody);
	const [examples = "", exits = ""] = helpBelow(program).split(/^Exit codes: /m);
	return [
		`.TH DSS\\-PROBE 1 "${day}" "dss\\-probe ${escaped(programVersion())}" "User Commands"`,
		...section("NAME", ["dss\\-probe \\- watch Dataiku DSS nodes and tell what is broken"]),
		...section("SYNOPSIS", [synopsis(program), ...leaves(program).flatMap((verb) => [".br", synopsis(verb)])]),
		...section("DESCRIPTION", [
			...filled(program.description()),
			".PP",
			"Without a verb it does what",
			".B run",
			"does.",
		]),
		...section("OPTIONS", optionLines(program)),
		...section("COMMANDS", leaves(program).flatMap(verbLines)),
		...section("SIGNALS", tagged(SIGNALS)),
		...section("EXIT STATUS", filled(exits.trim())),
		...section("ENVIRONMENT", tagged(ENVIRONMENT)),
		...section("FILES", tagged(FILES)),
		...section("EXAMPLES", literal(examples.replace(/^\s*Examples:\n/, ""))),
		...section("SEE ALSO", [".BR systemctl (1),", ".BR crontab (5)"]),
	]
		.join("\n")
		.concat("\n");
}

/** Verbs that do something: those without verbs inside them. */
function leaves(command: Command): readonly Command[] {
	return command.commands.flatMap((verb) => (verb.commands.length > 0 ? leaves(verb) : [verb]));
}

function nameOf(command: Command): string {
	return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
}

function synopsis(command: Command): string {
	const words = [...command.registeredArguments.map(argumentText), "[options]"];
	return `\\fB${escaped(nameOf(command))}\\fR ${words.map(escaped).join(" ")}`;
}

function argumentText(argument: Argument): string {
	const name = argument.name() + (argument.variadic ? "..." : "");
	return argument.required ? `<${name}>` : `[${name}]`;
}

function verbLines(verb: Command): readonly string[] {
	const operands = verb.registeredArguments.map((one) => [argumentText(one), `${capital(one.description)}.`] as const);
	return [
		`.SS "${escaped(nameOf(verb).replace("dss-probe ", ""))}"`,
		...filled(`${capital(verb.description())}.`),
		...tagged(operands),
		...optionLines(verb),
		...belowLines(helpBelow(verb)),
	];
}

function optionLines({ options }: Command): readonly string[] {
	return tagged(options.filter(({ hidden }) => !hidden).map((option) => [option.flags, aboutOption(option)] as const));
}

function aboutOption({ description, defaultValue, defaultValueDescription }: Option): string {
	const standard = defaultValueDescription ?? (typeof defaultValue === "string" ? defaultValue : undefined);
	return `${capital(description)}.${standard === undefined ? "" : ` Default: ${standard}.`}`;
}

/** What the help says below the options. Lines that are set in, such as examples, stand as they are. */
function belowLines(text: string): readonly string[] {
	const blocks = text.split(/\n{2,}/).filter((block) => block.trim() !== "");
	return blocks.flatMap((block) => {
		const [first = "", ...rest] = block.trim().split("\n");
		const isSetIn = rest.length > 0 && rest.every((line) => line.startsWith("  "));
		return [".PP", ...(isSetIn ? [escaped(first), ...literal(rest.join("\n"))] : filled(block.trim()))];
	});
}

/** The texts that were added after the help, as the parser would print them. */
function helpBelow(command: Command): string {
	const texts: string[] = [];
	// The declarations of commander do not say that a command is one.
	const emitter = command as unknown as EventEmitter;
	emitter.emit("afterHelp", { error: false, command, write: (text: string) => void texts.push(text) });
	return texts.join("");
}

function section(title: string, lines: readonly string[]): readonly string[] {
	return [`.SH "${title}"`, ...lines];
}

function tagged(rows: readonly (readonly [string, string])[]): readonly string[] {
	return rows.flatMap(([tag, about]) => [".TP", `\\fB${escaped(tag)}\\fR`, ...filled(about)]);
}

function literal(text: string): readonly string[] {
	const lines = text.replace(/^\n+|\s+$/g, "").split("\n");
	return [".RS 4", ".nf", ...lines.map((line) => escaped(line.replace(/^ {2}/, ""))), ".fi", ".RE"];
}

/** Text in lines of at most 80 letters, each sentence's place in them as it may be. */
function filled(text: string): readonly string[] {
	const lines: string[] = [];
	for (const word of text.split(/\s+/)) {
		const last = lines.at(-1);
		if (last !== undefined && escaped(last).length + word.length < 76) lines[lines.length - 1] = `${last} ${word}`;
		else lines.push(word);
	}
	return lines.map(escaped);
}

/** Text as roff takes it: no line begins with a command, and a hyphen is one that can be copied. */
function escaped(text: string): string {
	return text
		.replace(/\\/g, "\\e")
		.replace(/-/g, "\\-")
		.replace(/^(?=[.'])/gm, "\\&");
}

function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Surroundings for a program that only describes itself. */
const nobody: Io = {
	terminal: { out() {}, err() {}, isPerson: false, width: 100, paint: (_style, text) => text },
	env: {},
	onSignal: () => () => {},
	exit(code) {
		throw new Error(`ended with ${code}`);
	},
};

/**
 * Writes the page. Its day is that of SOURCE_DATE_EPOCH (seconds) where a build is to be the same again, else today.
 *
 * @param file where to
 */
export function writeManPage(file: string): void {
	const epoch = process.env["SOURCE_DATE_EPOCH"];
	const day = epoch === undefined ? new Date() : new Date(Number(epoch) * 1_000);
	writeFileSync(file, manPage(day.toISOString().slice(0, 10)));
}
