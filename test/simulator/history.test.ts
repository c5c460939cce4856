import { expect, test } from "vitest";
import { History } from "../../src/simulator/history.ts";

interface Item {
	readonly id: string;
	readonly isOver: boolean;
}
const item = (id: string, isOver = true): Item => ({ id, isOver });
const ids = (history: History<Item>) => history.all().map(({ id }) => id);
const limited = () => new History<Item>(3, ({ isOver }) => isOver);

test("a history keeps so many records and forgets the oldest that is over", () => {
	const history = limited();
	for (const record of [item("a", false), item("b"), item("c"), item("d")]) history.put(record);
	expect(ids(history)).toEqual(["d", "c", "a"]);
	expect([history.get("b"), history.size]).toEqual([undefined, 3]);
});

test("a history forgets the oldest of all where none is over", () => {
	const history = limited();
	for (const id of ["a", "b", "c", "d", "e"]) history.put(item(id, false));
	expect(ids(history)).toEqual(["e", "d", "c"]);
});

test("a record that is put again keeps its place and pushes nobody out", () => {
	const history = limited();
	for (const id of ["a", "b", "c", "a"]) history.put(item(id));
	history.update((record) => (record.id === "b" ? item("b", false) : record));
	expect(ids(history)).toEqual(["c", "b", "a"]);
	expect(history.get("b")?.isOver).toBe(false);
});
