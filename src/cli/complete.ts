import type { Argument, Command, Option } from "commander";
import { LEVELS } from "../model/verdict.ts";

/** Names that stand in a configuration. */
export interface Names {
	readonly instances: readonly string[];
	readonly checks: readonly string[];
	readonly channels: readonly string[];
}

/** A word that may stand where the cursor is. */
interface Candidate {
	readonly word: string;
	readonly about: string;
}

/** What may stand where the cursor is. With `files` the shell adds paths by itself. */
export interface Completion {
	readonly candidates: readonly Candidate[];
	readonly files: boolean;
}

const NOTHING: Completion = { candidates: [], files: false };
const FILES: Completion = { candidates: [], files: true };

/** Fields of `zabbix get` that every kind of check has. */
const FIELDS = ["verdict", "level", "cause", "cause_text", "summary", "duration"];

/**
 * What may come next on the command line.
 *
 * @param program the whole command line, as the parser knows it
 * @param words those after the program's name up to the cursor; the last one is being typed and may be empty
 * @param names asked for only where they are needed: reading a configuration takes time
 */
export function complete(program: Command, words: readonly string[], names: () => Names): Completion {
	const typed = words.at(-1) ?? "";
	let command = program;
	const operands: string[] = [];
	let open: Option | undefined;
	let isLiteral = false;
	for (const word of words.slice(0, -1)) {
		if (open) open = undefined;
		else if (word === "--" && !isLiteral) isLiteral = true;
		else if (word.startsWith("-") && !isLiteral) open = withValue(optionIn(command, word));
		else {
			const inner = operands.length === 0 ? command.commands.find((one) => one.name() === word) : undefined;
			if (inner) command = inner;
			else operands.push(word);
		}
	}
	if (open) return valuesFor(placeholder(open), operands, names);
	if (typed.startsWith("-") && !isLiteral) {
		const [, name = "", value] = /^(--[\w-]+)=(.*)$/.exec(typed) ?? [];
		if (value === undefined) return listed(optionsOf(command));
		const option = withValue(optionIn(command, name));
		if (!option) return NOTHING;
		const { candidates, files } = valuesFor(placeholder(option), operands, names);
		return { candidates: candidates.map(({ word, about }) => ({ word: `${name}=${word}`, about })), files };
	}
	const verbs = operands.length === 0 ? command.commands.map((one) => [one.name(), one.description()] as const) : [];
	const argument = argumentAt(command, operands.length);
	const values = argument ? valuesFor(argument.name(), operands, names) : NOTHING;
	return { candidates: [...listed(verbs).candidates, ...values.candidates], files: values.files };
}

function optionIn(command: Command, word: string): Option | undefined {
	return command.options.find(({ short, long }) => word === short || word === long);
}

/** An option, if a value follows it. */
function withValue(option: Option | undefined): Option | undefined {
	return option?.required || option?.optional ? option : undefined;
}

function optionsOf(command: Command): readonly (readonly [string, string])[] {
	const own = command.options.filter(({ hidden }) => !hidden);
	const help = ["--help", "print this help"] as const;
	return [...own.map(({ long, short, description }) => [long ?? short ?? "", description] as const), help];
}

/** `<file>` of `-c, --config <file>`. */
function placeholder({ flags }: Option): string {
	return /[<[]([^>\]]+)[>\]]/.exec(flags)?.[1] ?? "";
}

function argumentAt({ registeredArguments }: Command, index: number): Argument | undefined {
	const last = registeredArguments.at(-1);
	return registeredArguments[index] ?? (last?.variadic ? last : undefined);
}

/** What may stand in a place, by the word that the help has for it. */
function valuesFor(place: string, operands: readonly string[], names: () => Names): Completion {
	switch (place) {
		case "file":
		case "folder":
			return FILES;
		case "instance":
			return listed(names().instances.map((name) => [name, "instance"]));
		case "check":
			return listed(names().checks.map((name) => [name, "check"]));
		case "channels":
			return listed(
				names()
					.channels.filter((name) => !operands.includes(name))
					.map((name) => [name, "channel"]),
			);
		case "match": {
			const { instances, checks } = names();
			const severities = LEVELS.filter((level) => level !== "ok")
				.toReversed()
				.map((name) => [`severity=${name}`, "severity"] as const);
			const labels = [
				...instances.map((name) => [`instance=${name}`, "instance"] as const),
				...checks.map((name) => [`check=${name}`, "check"] as const),
				...severities,
			];
			return listed(labels.filter(([word]) => !operands.includes(word)));
		}
		case "field":
			return listed(FIELDS.map((name) => [name, "field"]));
		case "level":
			return listed(["debug", "info", "warn", "error"].map((name) => [name, "level of the log"]));
		case "program":
			return listed(["nagios", "icinga2"].map((name) => [name, "program"]));
		case "shell":
			return listed(["bash", "zsh", "fish"].map((name) => [name, "shell"]));
		default:
			return NOTHING;
	}
}

function listed(found: readonly (readonly [string, string])[]): Completion {
	return { candidates: found.map(([word, about]) => ({ word, about })), files: false };
}
