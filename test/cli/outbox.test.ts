import { expect, test } from "vitest";
import { type OutboxListOptions, outboxList } from "../../src/cli/outbox.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { configured, SECRETS } from "../support/program.ts";
import { aMessage, aSnapshot } from "../support/store.ts";

/** A store in which one message waits and another is dead, unless said otherwise; answers what is listed of it. */
function anOutbox(holds: readonly ("waiting" | "dead")[] = ["waiting", "dead"]) {
	const { file, store: path } = configured("http://127.0.0.1:9");
	const store = openSqlite(path);
	for (const id of holds) {
		store.commit({ notifications: [aMessage(id, [aSnapshot(id)])] });
		if (id === "dead") store.commit({ endings: [{ id, result: "dead", at: 1_800_000_000_000, detail: "HTTP 500" }] });
	}
	store.close();
	return async (options: OutboxListOptions) => {
		const said: string[] = [];
		const out = (text: string) => void said.push(text);
		const terminal = { out, err: out, isPerson: false, width: 80, paint: (_style: unknown, text: string) => text };
		const io = { terminal, env: SECRETS, onSignal: () => () => {}, exit: () => expect.unreachable() };
		expect(await outboxList({ ...options, config: file }, io)).toBe(0);
		return said.join("\n");
	};
}
const ids = (json: string) => (JSON.parse(json) as { id: string }[]).map(({ id }) => id).sort();

test.each([
	[{}, ["dead", "waiting"]],
	[{ dead: true }, ["dead"]],
	[{ waiting: true }, ["waiting"]],
	[{ dead: true, waiting: true }, ["dead", "waiting"]],
] as const)("outbox list %j shows %j", async (options, expected) => {
	expect(ids(await anOutbox()({ ...options, json: true }))).toEqual(expected);
});

test("where nothing is listed, only what was asked for is said not to be there", async () => {
	expect(await anOutbox(["waiting"])({ dead: true })).toBe("Nothing is dead.");
	expect(await anOutbox(["dead"])({ waiting: true })).toBe("Nothing waits.");
	expect(await anOutbox([])({})).toBe("Nothing waits, nothing is dead.");
	expect(await anOutbox([])({ dead: true, waiting: true })).toBe("Nothing waits, nothing is dead.");
	expect(await anOutbox([])({ all: true })).toBe("The outbox is empty.");
});
