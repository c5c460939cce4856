import fc from "fast-check";
import { expect, test } from "vitest";
import { openDatabase } from "../../src/store/database.ts";
import { openSqlite, storeOver } from "../../src/store/sqlite.ts";
import type { Change, Store } from "../../src/store/store.ts";
import { T0 } from "../support/builders.ts";
import { aMessage, aSnapshot, aTransition } from "../support/store.ts";
import { anyChange } from "../support/store-changes.ts";

/** All that can be asked of a store. */
function everything(store: Store) {
	const ended = store.outbox(1_000).toSorted((a, b) => (a.notification.id < b.notification.id ? -1 : 1));
	return {
		state: store.load(),
		transitions: store.transitions(undefined, 1_000),
		dispositions: store.dispositions(undefined, 1_000),
		ended,
		threads: ["ops-mail", "pager"].flatMap((channel) =>
			["i1", "i2", "i3"].map((incident) => store.threadOf(channel, incident)),
		),
	};
}

test("writing any change twice is the same as writing it once", () => {
	fc.assert(
		fc.property(fc.array(anyChange, { maxLength: 3 }), anyChange, fc.boolean(), (before, change, whole) => {
			const store = openSqlite(":memory:");
			for (const one of before) store.commit(one);
			const last = whole ? { ...change, whole: true as const } : change;
			store.commit(last);
			const once = everything(store);
			store.commit(last);
			expect(everything(store)).toEqual(once);
			store.close();
		}),
		{ numRuns: 300 },
	);
});

test("several changes in one transaction are the same as one after the other", () => {
	fc.assert(
		fc.property(fc.array(anyChange, { maxLength: 4 }), (changes) => {
			const [one, all] = [openSqlite(":memory:"), openSqlite(":memory:")];
			for (const change of changes) one.commit(change);
			all.commit(...changes);
			expect(everything(all)).toEqual(everything(one));
			one.close();
			all.close();
		}),
	);
});

test("the whole present state replaces what was there, whatever it was, but keeps the history", () => {
	fc.assert(
		fc.property(anyChange, anyChange, (before, present) => {
			const [old, fresh] = [openSqlite(":memory:"), openSqlite(":memory:")];
			const { alerts = [], told = [], notifications = [] } = present;
			const state = { alerts, told, notifications: notifications.map((one) => ({ ...one, id: `new ${one.id}` })) };
			old.commit(before);
			const history = old.transitions(undefined, 100);
			old.commit({ ...state, whole: true });
			fresh.commit(state);
			const [found, wanted] = [old.load(), fresh.load()];
			// Notes and silences are never taken away.
			expect({ ...found, notes: 0, silences: 0 }).toEqual({ ...wanted, notes: 0, silences: 0 });
			expect(old.transitions(undefined, 100)).toEqual(history);
			old.close();
			fresh.close();
		}),
	);
});

test("a change that fails in the middle leaves nothing", () => {
	fc.assert(
		fc.property(anyChange, anyChange, (before, change) => {
			const store = openSqlite(":memory:");
			store.commit(before);
			const was = everything(store);
			const notes = [...(change.notes ?? []), { key: "broken", value: {} as string }];
			expect(() => store.commit({ ...change, notes })).toThrow(TypeError);
			expect(everything(store)).toEqual(was);
			store.commit(change);
			store.close();
		}),
	);
});

test("messages are delivered after a restart in the order of their decisions, even when the clock was set back", () => {
	const store = openSqlite(":memory:");
	const alert = aSnapshot("i1");
	store.commit({ notifications: [aMessage("z-first", [alert], { createdAt: T0 })] });
	store.commit({ notifications: [aMessage("a-second", [alert], { createdAt: T0 - 3_600_000 })] });
	store.commit({ notifications: [aMessage("z-first", [alert, alert], { createdAt: T0 })] });
	expect(store.load().outbox.map(({ notification }) => notification.id)).toEqual(["z-first", "a-second"]);
	store.close();
});

test("a message that is joined keeps how far its delivery has come", () => {
	const store = openSqlite(":memory:");
	const delivery = { attempts: 2, nextAt: T0 + 5_000, lastError: "HTTP 503" };
	store.commit({ notifications: [aMessage("n1", [aSnapshot("i1")])], attempts: [{ id: "n1", delivery }] });
	const joined = aMessage("n1", [aSnapshot("i1"), aSnapshot("i2")]);
	store.commit({ notifications: [joined] });
	expect(store.load().outbox).toEqual([{ notification: joined, delivery }]);
	store.close();
});

test("the thread of an incident begins with the first message that tells of it", () => {
	const store = openSqlite(":memory:");
	const thread = (incident: string) => store.threadOf("pager", incident);
	store.commit({ notifications: [aMessage("n1", [aSnapshot("i1"), aSnapshot("i2")])] });
	store.commit({ notifications: [aMessage("n2", [aSnapshot("i1")])] });
	expect([thread("i1"), thread("i2")]).toEqual(["n1", "n1"]);
	// It was over before its group was due.
	store.commit({ notifications: [aMessage("n1", [aSnapshot("i1")])] });
	expect([thread("i1"), thread("i2")]).toEqual(["n1", undefined]);
	store.commit({ notifications: [aMessage("n3", [aSnapshot("i3")])] });
	store.commit({ cancelled: ["n3"] });
	expect(thread("i3")).toBeUndefined();
	store.commit({ endings: [{ id: "n1", result: "sent", at: T0, detail: "" }] });
	store.commit({ cancelled: ["n1"] });
	expect(thread("i1"), "what was sent cannot be cancelled").toBe("n1");
	store.close();
});

test("a message that is cancelled and decided anew in one change waits", () => {
	const store = openSqlite(":memory:");
	store.commit({ notifications: [aMessage("n1", [aSnapshot("i1")])] });
	store.commit({ cancelled: ["n1"], notifications: [aMessage("n1", [aSnapshot("i2")])] });
	expect(store.load().outbox.map(({ notification }) => notification.alerts[0]?.incident)).toEqual(["i2"]);
	store.close();
});

test("a commit is synced to the disk, samples are not", () => {
	const db = openDatabase(":memory:");
	const store = storeOver(db);
	const seen: unknown[] = [];
	const level = () => {
		seen.push(Object.values(db.prepare("PRAGMA synchronous").get() ?? {})[0]);
		return 0;
	};
	db.function("sync_level", level);
	for (const table of ["transitions", "samples"]) {
		db.exec(`CREATE TEMP TRIGGER see_${table} BEFORE INSERT ON ${table} BEGIN SELECT sync_level(); END`);
	}
	const change: Change = { transitions: [aTransition("a/b", T0)] };
	const sample = { key: "a/b", level: "ok" as const, sample: { startedAt: T0, durationMs: 1, values: {} } };
	store.commit(change);
	store.keep([sample]);
	store.keep([sample]);
	store.commit(change);
	for (const _ of store.prune(0, 1_000));
	store.commit(change);
	const [normal, full] = [1, 2];
	expect(seen).toEqual([full, normal, normal, full, full]);
	store.close();
});
