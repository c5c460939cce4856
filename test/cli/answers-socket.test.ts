import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { guessSocket } from "../../src/cli/answers-socket.ts";
import { readYaml } from "../../src/config/yaml.ts";

function guessed(text: string): string | undefined {
	const folder = mkdtempSync(join(tmpdir(), "guess-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	const file = join(folder, "alerts.yaml");
	writeFileSync(file, text);
	return guessSocket(file, {})?.replace(`${folder}/`, "");
}

test.each([
	["instances: {}\n", "data/dss-probe.db.ask"],
	["store: probe.db\n", "probe.db.ask"],
	["store: /var/lib/p/probe.db\nweb: {}", "/var/lib/p/probe.db.ask"],
	["answers: { socket: /run/p/a.sock, group: zabbix }\nstore: x.db\n", "/run/p/a.sock"],
	["answers: { group: zabbix, socket: /run/p/a.sock }\n", "/run/p/a.sock"],
	["answers:\n  socket: /run/p/a.sock\n  group: zabbix\n", "/run/p/a.sock"],
	["answers:\n  group: 117\n  socket: a.sock\n", "a.sock"],
	["answers: { group: zabbix }\nstore: x.db\n", "x.db.ask"],
] as const)("the socket is seen at a glance in %j", (text, socket) => {
	expect(guessed(text)).toBe(socket);
	// The glance reads what a proper reader reads.
	const { answers, store } = readYaml(text, "a.yaml").data as {
		answers?: { socket?: string };
		store?: string;
	};
	expect(answers?.socket ?? `${store ?? "data/dss-probe.db"}.ask`).toBe(socket);
});

test.each([
	"store: ${DATA}/probe.db\n",
	"store: { path: x.db }\n",
	"store:\n  path: x.db\n",
	'store: "x.db"\n',
	'"store": x.db\n',
	"store: x.db # ours\n",
	"answers: { socket: ${RUN}/a.sock }\n",
	"answers: &a { socket: a.sock }\n",
	"answers:\n  # ours\n  socket: a.sock\n",
])("what is written in another way is left to the proper reader: %j", (text) => {
	expect(guessed(text)).toBeUndefined();
});

test("a file that cannot be read says nothing", () => {
	expect(guessSocket("/nowhere/alerts.yaml", {})).toBeUndefined();
});
