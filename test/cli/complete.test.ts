import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { complete } from "../../src/cli/complete.ts";
import { namesIn } from "../../src/cli/complete-names.ts";
import { describeProgram } from "../../src/cli/program.ts";
import { aFolder } from "../support/folder.ts";

const NAMES = { instances: ["design", "automation"], checks: ["front", "canary"], channels: ["pager", "mail"] };
const { program } = describeProgram({
	terminal: { out() {}, err() {}, isPerson: false, width: 80, paint: (_style, text) => text },
	env: {},
	onSignal: () => () => {},
	exit: () => {
		throw new Error("ended");
	},
});

let asked = 0;
function words(line: string): readonly string[] {
	const { candidates, files } = complete(program, line.split(" "), () => {
		asked++;
		return NAMES;
	});
	return [...candidates.map(({ word }) => word), ...(files ? ["FILES"] : [])];
}

test("at the beginning stand the verbs, each with what it does", () => {
	const { candidates } = complete(program, [""], () => NAMES);
	const verbs = program.commands.map((verb) => ({ word: verb.name(), about: verb.description() }));
	expect(candidates).toEqual(verbs);
	expect(verbs.length).toBeGreaterThan(10);
});

test.each([
	["silence ", ["add", "list", "end"]],
	["-c a.yaml silence ", ["add", "list", "end"]],
	["ack ", ["design", "automation"]],
	["ack design ", ["front", "canary"]],
	["ack --comment x design ", ["front", "canary"]],
	["ack --comment ", []],
	["ack design front ", []],
	["explain --since=1d design ", ["front", "canary"]],
	["test-notify ", ["pager", "mail"]],
	["test-notify pager ", ["mail"]],
	["completion ", ["bash", "zsh", "fish"]],
	["run --log-level ", ["debug", "info", "warn", "error"]],
	["run --log-level=", ["--log-level=debug", "--log-level=info", "--log-level=warn", "--log-level=error"]],
	["validate -c ", ["FILES"]],
	["validate --config=", ["FILES"]],
	["validate --json ", []],
	["rehearse --history=", []],
	["zabbix get design front ", ["verdict", "level", "cause", "cause_text", "summary", "duration"]],
	["validate -- -", []],
])("after dss-probe %s", (line, expected) => {
	expect(words(line)).toEqual(expected);
});

test("labels that a silence can match", () => {
	expect(words("silence add instance=design ")).toEqual([
		"instance=automation",
		"check=front",
		"check=canary",
		"severity=critical",
		"severity=warning",
		"severity=unknown",
	]);
});

test("options are those of the verb", () => {
	expect(words("validate -")).toEqual(["--config", "--json", "--help"]);
	expect(words("silence end --")).toEqual(["--config", "--help"]);
});

test("the configuration is read only where its names are wanted", () => {
	asked = 0;
	words("validate -");
	words("silence ");
	expect(asked).toBe(0);
	words("ack ");
	expect(asked).toBe(1);
});

test("names are found in a configuration that lacks variables and is not in order", () => {
	const file = join(aFolder(), "alerts.yaml");
	writeFileSync(
		file,
		`instances: { design: { url: "\${NOT_SET}" }, automation: 7 }
checks: [front, { use: canary, as: quick }, { use: canary }, 9]
channels: { pager: {} }
nonsense: true
`,
	);
	const expected = { instances: ["design", "automation"], checks: ["front", "quick", "canary"], channels: ["pager"] };
	expect(namesIn(file)).toEqual(expected);
});

test.each(["", "- a", "instances: [", "instances: []\nchecks: {}\nchannels: 5"])("nothing is found in %j", (text) => {
	const file = join(aFolder(), "alerts.yaml");
	writeFileSync(file, text);
	expect(namesIn(file)).toEqual({ instances: [], checks: [], channels: [] });
	expect(namesIn(`${file}.not-there`)).toEqual({ instances: [], checks: [], channels: [] });
});
