import { expect, test } from "vitest";
import { openDatabase } from "../../src/store/database.ts";
import { openSqlite, storeOver } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { HOUR, T0 } from "../support/builders.ts";
import { aKeptSample, aMessage, anOpenIncident, aSnapshot, aTransition } from "../support/store.ts";

/** Prunes to the end; the number of steps. */
function pruned(store: Store, before: number, maxSamples = 1_000_000): number {
	return [...store.prune(before, maxSamples)].length;
}

const range = (length: number) => Array.from({ length }, (_, n) => n);

test("history goes when it is older than the limit, whatever is still needed stays", () => {
	const store = openSqlite(":memory:");
	const disposition = (at: number) => ({
		key: "a/b",
		incident: "i",
		channel: "pager",
		at,
		outcome: "sent" as const,
		reason: "",
	});
	for (const [incident, at] of [
		["old", T0],
		["new", T0 + 2 * HOUR],
	] as const) {
		const { notifications, told, alerts } = anOpenIncident(incident);
		store.commit({
			alerts,
			told,
			notifications: notifications.map((one) => ({ ...one, createdAt: at })),
			transitions: [aTransition("a/b", at)],
			dispositions: [disposition(at)],
			endings: [{ id: `n-${incident}`, result: "sent", at, detail: "" }],
		});
		store.keep([aKeptSample("a/b", at)]);
	}
	const waiting = aMessage("n-waiting", [aSnapshot("waiting")], { createdAt: T0 });
	const over = aMessage("n-over", [aSnapshot("over")], { createdAt: T0 });
	store.commit({
		notifications: [waiting, over],
		endings: [{ id: "n-over", result: "dead", at: T0, detail: "" }],
		notes: [{ key: "n", value: "v" }],
	});
	const before = store.load();

	pruned(store, T0 + HOUR);

	expect(store.load()).toEqual(before);
	expect(store.outbox(10).map(({ notification }) => notification.id)).toEqual(["n-new", "n-waiting"]);
	expect(store.transitions(undefined, 10)).toEqual([aTransition("a/b", T0 + 2 * HOUR)]);
	expect(store.dispositions(undefined, 10)).toEqual([disposition(T0 + 2 * HOUR)]);
	expect(store.samples("a/b", 10)).toEqual([aKeptSample("a/b", T0 + 2 * HOUR)]);
	expect(store.threadOf("pager", "old"), "its channel is still owed a recovery").toBe("n-old");
	expect(store.threadOf("pager", "over")).toBeUndefined();
	store.close();
});

test("a silence goes when it has been over for long, by its time or by hand", () => {
	const db = openDatabase(":memory:");
	const store = storeOver(db);
	const silence = (id: string, until: number, endedAt?: number) => ({
		id,
		match: { instance: "design" },
		from: T0 - HOUR,
		until,
		author: "ada",
		comment: "restart",
		createdAt: T0 - HOUR,
		...(endedAt !== undefined && { endedAt }),
	});
	const here = [
		silence("just over", T0 + HOUR),
		silence("lasting", T0 + 9 * HOUR),
		silence("ended", T0 + 9 * HOUR, T0 + HOUR),
	];
	store.commit({ silences: [silence("over", T0), silence("ended long ago", T0 + 9 * HOUR, T0), ...here] });
	db.exec("INSERT INTO silences VALUES ('broken', '{')");
	pruned(store, T0 + HOUR);
	expect(new Set(store.load().silences)).toEqual(new Set(here));
	store.close();
});

test("each check keeps the newest samples of its share", () => {
	const store = openSqlite(":memory:");
	store.keep(range(9_000).map((n) => aKeptSample("busy/check", T0 + n)));
	store.keep(range(40).map((n) => aKeptSample("calm/check", T0 + n)));
	pruned(store, T0 + 10, 2_000);
	const kept = store.samples("busy/check", 10_000);
	expect(kept).toHaveLength(1_000);
	expect(kept[0]?.sample.startedAt).toBe(T0 + 8_000);
	expect(kept.at(-1)?.sample.startedAt).toBe(T0 + 8_999);
	expect(store.samples("calm/check", 100).map(({ sample }) => sample.startedAt - T0)).toEqual(
		range(30).map((n) => n + 10),
	);
	store.close();
});

test("a share larger than one step of counting is found, too", () => {
	const store = openSqlite(":memory:");
	store.keep(range(60_000).map((n) => aKeptSample("a/b", T0 + n)));
	pruned(store, T0, 50_001);
	expect(store.samples("a/b", 100_000)).toHaveLength(50_001);
	pruned(store, T0, 40_000);
	expect(store.samples("a/b", 100_000)).toHaveLength(40_000);
	store.close();
});

test("a check that has no samples any more is forgotten and can come back", () => {
	const db = openDatabase(":memory:");
	const store = storeOver(db);
	store.keep([aKeptSample("gone/check", T0), aKeptSample("here/check", T0 + HOUR)]);
	pruned(store, T0 + 1);
	expect(db.prepare("SELECT key FROM checks").all()).toMatchObject([{ key: "here/check" }]);
	store.keep([aKeptSample("gone/check", T0 + 2 * HOUR)]);
	expect(store.samples("gone/check", 10)).toEqual([aKeptSample("gone/check", T0 + 2 * HOUR)]);
	expect(store.samples("here/check", 10)).toHaveLength(1);
	store.close();
});

test("what is written between two steps is kept", () => {
	const store = openSqlite(":memory:");
	store.keep(range(10_000).map((n) => aKeptSample("a/b", T0 + n)));
	let later = T0 + HOUR;
	for (const _ of store.prune(T0 + 10_000, 1_000_000)) {
		store.keep([aKeptSample("a/b", later++), aKeptSample(`new/${later}`, later)]);
		store.commit({ alerts: anOpenIncident("i1").alerts });
	}
	expect(store.samples("a/b", 100).map(({ sample }) => sample.startedAt)).toEqual(
		range(later - T0 - HOUR).map((n) => T0 + HOUR + n),
	);
	store.close();
});

test("no step removes more than a few thousand rows", () => {
	const db = openDatabase(":memory:");
	const store = storeOver(db);
	store.keep(range(20_000).map((n) => aKeptSample("a/b", T0 + n)));
	store.keep(range(3_000).map((n) => aKeptSample(`c/${n}`, T0)));
	store.commit({
		transitions: range(9_000).map((n) => aTransition("a/b", T0 + n)),
		notifications: range(900).map((n) => aMessage(`n${n}`, [aSnapshot(`i${n}`)])),
		endings: range(900).map((n) => ({ id: `n${n}`, result: "sent" as const, at: T0, detail: "" })),
	});
	const changes = () => Object.values(db.prepare("SELECT total_changes()").get() ?? {})[0] as number;
	const sizes: number[] = [];
	let before = changes();
	for (const _ of store.prune(T0 + HOUR, 1_000_000)) {
		sizes.push(changes() - before);
		before = changes();
	}
	// A row and its place in a table of names count twice.
	expect(Math.max(...sizes)).toBeLessThanOrEqual(4_000);
	expect(store.load().outbox).toEqual([]);
	for (const table of ["samples", "checks", "transitions", "outbox", "threads"]) {
		expect(db.prepare(`SELECT count(*) AS n FROM ${table}`).get(), table).toMatchObject({ n: 0 });
	}
	store.close();
});

test("pruning finds what is due by an index", () => {
	const db = openDatabase(":memory:");
	const asked = new Set<string>();
	const prepare = db.prepare.bind(db);
	db.prepare = (text: string) => {
		asked.add(text);
		return prepare(text);
	};
	const store = storeOver(db);
	store.keep(range(3_000).map((n) => aKeptSample("a/b", T0 + n)));
	pruned(store, T0 + 10, 1_000);
	db.prepare = prepare;
	const scans = [...asked]
		.filter((text) => /^(?:SELECT|DELETE)/.test(text))
		.flatMap((text) => db.prepare(`EXPLAIN QUERY PLAN ${text}`).all() as { detail: string }[])
		.map(({ detail }) => detail)
		.filter((detail) => /^SCAN (?!\(subquery|checks$|told|silences$)/.test(detail));
	expect(asked.size).toBeGreaterThan(10);
	expect(scans).toEqual([]);
	store.close();
});

test("a hundred thousand due samples are removed in short steps", () => {
	const store = openSqlite(":memory:");
	for (const part of range(20)) {
		store.keep(range(5_000).map((n) => aKeptSample(`a/${n % 50}`, T0 + part * 5_000 + n)));
	}
	let longest = 0;
	const steps = store.prune(T0 + HOUR, 1_000_000)[Symbol.iterator]();
	for (let done = false; !done; ) {
		const begun = performance.now();
		done = steps.next().done === true;
		longest = Math.max(longest, performance.now() - begun);
	}
	expect(store.samples("a/1", 10)).toEqual([]);
	// Ten times what was seen: it may not block like the whole, which takes seconds on a slow disk.
	expect(longest).toBeLessThan(100);
	store.close();
});
