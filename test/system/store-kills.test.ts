import { join } from "node:path";
import { expect, test } from "vitest";
import { openSqlite } from "../../src/store/sqlite.ts";
import { startChild } from "../support/children.ts";
import { aFolder } from "../support/folder.ts";

test("what was committed survives 30 kills at any moment", { timeout: 60_000 }, async () => {
	const program = new URL("../store/children/commit-loop.ts", import.meta.url);
	const folder = aFolder();

	const tenKills = async (path: string): Promise<void> => {
		let next = 0;
		for (let kills = 0; kills < 10; kills++) {
			const child = startChild(program, [path, `${next}`]);
			// The first line says that it runs; then it is killed somewhere in its work.
			const lines = [await child.line()];
			const killAt = performance.now() + kills * 1.7;
			while (performance.now() < killAt) lines.push(await child.line());
			await child.kill();
			lines.push(...(await child.lines()));
			const printed = lines.filter((line) => line !== undefined);
			const store = openSqlite(path);
			const { notes } = store.load();
			store.close();
			expect(printed.filter((number) => !notes.has(number))).toEqual([]);
			// At most the one whose commit was under way may be there without having been printed.
			expect(notes.size - (next + printed.length)).toBeOneOf([0, 1]);
			next = notes.size;
		}
	};
	await Promise.all(["a.db", "b.db", "c.db"].map((name) => tenKills(join(folder, name))));
});
