import { statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openDatabase } from "../../src/store/database.ts";
import { openSqlite, storeOver } from "../../src/store/sqlite.ts";
import { T0 } from "../support/builders.ts";
import { aFolder } from "../support/folder.ts";
import { aKeptSample, aTransition, damage } from "../support/store.ts";
import {
	anyAlert,
	anyDisposition,
	anyKeptSample,
	anyNotification,
	anySilence,
	anyTold,
	anyTransition,
} from "../support/store-changes.ts";

test("every field comes back as it was given", () => {
	const all = fc.record({
		alert: anyAlert,
		notification: anyNotification,
		told: anyTold,
		transition: anyTransition,
		disposition: anyDisposition,
		silence: anySilence,
		note: fc.string({ unit: "grapheme" }),
	});
	fc.assert(
		fc.property(all, ({ alert, notification, told, transition, disposition, silence, note }) => {
			const store = openSqlite(":memory:");
			const { id, dueAt } = notification;
			store.commit({
				alerts: [alert],
				notifications: [notification],
				told: [told],
				transitions: [transition],
				dispositions: [disposition],
				silences: [silence],
				notes: [{ key: "note", value: note }],
			});
			expect(store.load()).toEqual({
				alerts: [alert],
				outbox: [{ notification, delivery: { attempts: 0, nextAt: dueAt } }],
				told: [told],
				silences: [silence],
				notes: new Map([["note", note]]),
			});
			expect(store.transitions(transition.key, 10)).toEqual([transition]);
			expect(store.dispositions(disposition.key, 10)).toEqual([disposition]);

			const delivery = { attempts: 3, nextAt: dueAt + 0.5, lastError: note };
			store.commit({ attempts: [{ id, delivery }] });
			expect(store.load().outbox).toEqual([{ notification, delivery }]);

			const ending = { id, result: "dead" as const, at: dueAt, detail: note };
			store.commit({
				forgotten: [alert.key],
				closed: [told],
				endings: [ending],
				notes: [{ key: "note", value: undefined }],
			});
			expect(store.load()).toEqual({ alerts: [], outbox: [], told: [], silences: [silence], notes: new Map() });
			expect(store.outbox(10)).toEqual([{ notification, delivery, ending }]);
			store.close();
		}),
	);
});

test("every field of a sample comes back as it was given, the newest last", () => {
	fc.assert(
		fc.property(fc.array(anyKeptSample, { maxLength: 20 }), (samples) => {
			const store = openSqlite(":memory:");
			store.keep(samples);
			for (const key of new Set(samples.map((one) => one.key))) {
				const newest = new Map(samples.filter((one) => one.key === key).map((one) => [one.sample.startedAt, one]));
				const wanted = [...newest.values()].toSorted((a, b) => a.sample.startedAt - b.sample.startedAt);
				expect(store.samples(key, 100)).toEqual(wanted);
				expect(store.samples(key, 2)).toEqual(wanted.slice(-2));
			}
			expect(store.samples("nobody/knows", 10)).toEqual([]);
			store.close();
		}),
	);
});

test("the facts of a sample are not kept", () => {
	const store = openSqlite(":memory:");
	const kept = aKeptSample("a/b", T0);
	store.keep([{ ...kept, sample: { ...kept.sample, facts: { json: { large: true } } } }]);
	expect(store.samples("a/b", 1)).toEqual([kept]);
	store.close();
});

test("a batch of samples with a broken one leaves nothing, and checks that were new in it can be written later", () => {
	const store = openSqlite(":memory:");
	const broken = { ...aKeptSample("a/b", T0 + 1), level: {} as "ok" };
	expect(() => store.keep([aKeptSample("a/b", T0), broken])).toThrow(TypeError);
	expect(store.samples("a/b", 10)).toEqual([]);
	store.keep([aKeptSample("a/b", T0)]);
	expect(store.samples("a/b", 10)).toHaveLength(1);
	store.close();
});

test("the newest of all checks, or of one, are asked for", () => {
	const store = openSqlite(":memory:");
	const all = [
		aTransition("a/x", T0),
		aTransition("b/x", T0 + 1),
		aTransition("a/x", T0 + 2),
		aTransition("b/x", T0 + 2),
	];
	store.commit({ transitions: all });
	expect(store.transitions(undefined, 3)).toEqual(all.slice(1));
	expect(store.transitions("a/x", 3)).toEqual([all[0], all[2]]);
	expect(store.transitions("a/x", 1)).toEqual([all[2]]);
	store.close();
});

test("a row that cannot be understood does not take the others with it", () => {
	const db = openDatabase(":memory:");
	const store = storeOver(db);
	store.commit({ notes: [{ key: "a", value: "b" }] });
	db.exec("INSERT INTO alerts VALUES ('x', '{broken'), ('y', '{}')");
	expect(store.load()).toEqual({ alerts: [{}], told: [], outbox: [], notes: new Map([["a", "b"]]), unreadable: 1 });
	store.close();
});

test("the log of a burst is cut back", () => {
	const path = join(aFolder(), "store.db");
	const store = openSqlite(path);
	store.commit({ notes: Array.from({ length: 300 }, (_, n) => ({ key: `${n}`, value: "x".repeat(100_000) })) });
	expect(statSync(`${path}-wal`).size).toBeGreaterThan(20_000_000);
	for (let n = 0; n < 3; n++) store.commit({ notes: [{ key: "small", value: `${n}` }] });
	expect(statSync(`${path}-wal`).size).toBeLessThanOrEqual(16 * 1_024 * 1_024);
	store.close();
});

test("verifying finds damage that the pages in memory would hide", () => {
	const path = join(aFolder(), "store.db");
	const store = openSqlite(path);
	store.commit({ notes: Array.from({ length: 300 }, (_, n) => ({ key: `${n}`, value: "x".repeat(1_000) })) });
	const other = new DatabaseSync(path);
	other.exec("PRAGMA wal_checkpoint(TRUNCATE)");
	other.close();
	store.verify();
	damage(path);
	expect(store.load().notes.size, "seen in memory").toBe(300);
	expect(() => store.verify()).toThrow();
	store.close();
});
