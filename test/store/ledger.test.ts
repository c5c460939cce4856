import fc from "fast-check";
import { expect, test } from "vitest";
import type { Alert } from "../../src/model/alert.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import type { Change } from "../../src/store/store.ts";
import { known } from "../support/store.ts";
import { anyChange } from "../support/store-changes.ts";

/** A change as the program makes them: a message that has ended is not decided anew, none is put and cancelled at once. */
function plausible(change: Change, ended: Set<string>): Change {
	const notifications = (change.notifications ?? []).filter(({ id }) => !ended.has(id));
	const put = new Set(notifications.map(({ id }) => id));
	for (const { id } of change.endings ?? []) ended.add(id);
	return { ...change, notifications, cancelled: (change.cancelled ?? []).filter((id) => !put.has(id)) };
}

test("what is known in memory is what the database holds, and what a restart begins with", () => {
	fc.assert(
		fc.property(fc.array(anyChange, { maxLength: 6 }), (changes) => {
			const store = openSqlite(":memory:");
			const ledger = createLedger(store.load());
			const ended = new Set<string>();
			for (const any of changes) {
				const change = plausible(any, ended);
				ledger.apply(change);
				store.commit(change);
				expect(known(createLedger(store.load()))).toEqual(known(ledger));
			}
			store.close();
		}),
	);
});

test("a snapshot builds the same state from nothing, and from anything else", () => {
	fc.assert(
		fc.property(anyChange, anyChange, (change, other) => {
			const ledger = createLedger({ alerts: [], told: [], outbox: [], notes: new Map() });
			ledger.apply(plausible(change, new Set()));
			// Notes and silences are never taken away, and nothing waits that was ended.
			for (const before of [{}, { ...other, notes: [], silences: [], endings: [] }]) {
				const store = openSqlite(":memory:");
				store.commit(before);
				store.commit({ ...ledger.snapshot(), whole: true });
				expect(known(createLedger(store.load()))).toEqual(known(ledger));
				store.close();
			}
		}),
	);
});

test("what the database turns out to hold is taken in, but memory is not made older by it", () => {
	const open = { phase: "firing", incident: "i", since: 1, firedAt: 2, level: "critical" } as const;
	const alert = (key: string, state: Alert["state"]): Alert => ({
		...{ key, state, sampledAt: 3, level: "ok", summary: "", failed: [], values: {}, raised: {} },
	});
	const ledger = createLedger({ alerts: [], told: [], outbox: [], notes: new Map([["known", "mine"]]) });
	ledger.apply({ alerts: [alert("a/x", { phase: "inactive", since: 9 }), alert("a/y", open)] });
	const unsent = ledger.adopt({
		alerts: [alert("a/x", open), alert("a/y", { phase: "inactive", since: 5 }), alert("a/z", open)],
		told: [],
		outbox: [],
		notes: new Map([
			["known", "theirs"],
			["new", "theirs"],
		]),
	});
	expect(["a/x", "a/y", "a/z"].map((key) => ledger.alert(key)?.state.phase)).toEqual(["firing", "firing", "firing"]);
	expect([ledger.note("known"), ledger.note("new")]).toEqual(["mine", "theirs"]);
	expect(unsent).toEqual([]);
});
