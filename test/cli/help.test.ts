import type { EventEmitter } from "node:events";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { manPage } from "../../build/man.ts";
import { describeProgram } from "../../src/cli/program.ts";

const { program } = describeProgram({
	terminal: { out() {}, err() {}, isPerson: false, width: 80, paint: (_style, text) => text },
	env: {},
	onSignal: () => () => {},
	exit: () => {
		throw new Error("ended");
	},
});
const nameOf = (command: Command): string =>
	command.parent?.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
const leaves = (command: Command): readonly Command[] =>
	command.commands.flatMap((verb) => (verb.commands.length > 0 ? leaves(verb) : [verb]));
const verbs = leaves(program).map((verb) => [nameOf(verb), verb] as const);

test.each(verbs)("the help of %s shows how it is called", (name, verb) => {
	let below = "";
	const write = (text: string) => {
		below += text;
	};
	(verb as unknown as EventEmitter).emit("afterHelp", { error: false, command: verb, write });
	expect(below).toMatch(/^Examples?:$/m);
	expect(below).toMatch(new RegExp(`^  (?:source <\\(|sudo .*)?dss-probe ${name.split(" ")[0]}\\b`, "m"));
});

test("the manual page has every verb with every option, and its hyphens can be copied", () => {
	const page = manPage("2026-01-05");
	const plain = page.replaceAll("\\-", "-");
	for (const [name, verb] of verbs) {
		expect(plain).toContain(`.SS "${name}"`);
		for (const { flags } of verb.options) expect(plain).toContain(`\\fB${flags}\\fR`);
	}
	expect(page.split("\n")[0]).toMatch(/^\.TH DSS\\-PROBE 1 "2026-01-05" "dss\\-probe \d/);
	expect(page).not.toMatch(/^'|[^\\]-c,/m);
});
