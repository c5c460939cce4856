import { expect, onTestFinished, test } from "vitest";
import { createDesk } from "../../src/app/desk.ts";
import type { Config } from "../../src/config/alerts.ts";
import type { Notification } from "../../src/model/notification.ts";
import { silenceRequest } from "../../src/model/request.ts";
import { redactor } from "../../src/model/secret.ts";
import type { Silence } from "../../src/model/silence.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import type { Change, OutboxEntry } from "../../src/store/store.ts";
import { anAlert, firing, HOUR, inactive, MINUTE, T0 } from "../support/builders.ts";
import { virtualClock } from "../support/clock.ts";
import { aMessage, aSnapshot } from "../support/store.ts";

const SECRET = "s3cret-key-of-design";
const check = (instance: string, name: string) => ({
	key: `${instance}/${name}`,
	name,
	instance: { name: instance, labels: { role: instance } },
	labels: { layer: "backend" },
});
const config = {
	checks: [check("design", "front"), check("design", "canary-a"), check("auto", "front")],
	channels: new Map([["pager", {}]]),
} as unknown as Config;

/** A desk over a real store, with a memory of what it handed on. */
function atDesk(...changes: readonly Change[]) {
	const store = openSqlite(":memory:");
	onTestFinished(() => store.close());
	const ledger = createLedger(store.load());
	const remember = (change: Change): void => {
		ledger.apply(change);
		store.commit(change);
	};
	for (const change of changes) remember(change);
	const clock = virtualClock();
	const accepted: OutboxEntry[] = [];
	const acks: string[][] = [];
	let fault: string | undefined;
	const desk = createDesk({
		clock,
		ledger,
		pipeline: {
			silence: (silence) => remember({ silences: [silence] }),
			acknowledge: (...given) => acks.push(given) > 0,
		},
		config: () => config,
		redact: () => redactor([SECRET]),
		remember,
		read: (what) => what(store),
		accept: (entries) => void accepted.push(...entries),
		fault: () => fault,
	});
	const silence = (given: object) =>
		desk.silence(
			silenceRequest.parse({ match: { instance: "design" }, for: "2h", comment: "upgrade", author: "ada", ...given }),
		);
	const fail = (why: string): void => {
		fault = why;
	};
	return { desk, ledger, store, clock, accepted, acks, silence, fail };
}

test("a silence holds from now on, covers what matches, and has a short id of its own", () => {
	const { silence, ledger } = atDesk();
	const made = [silence({}), silence({}), silence({ match: { check: "canary-*" } })];
	expect(made[0]).toMatchObject({
		ok: true,
		value: { silence: { from: T0, until: T0 + 2 * HOUR, author: "ada" }, covers: ["design/front", "design/canary-a"] },
		warnings: [],
	});
	expect(made[2]).toMatchObject({ value: { covers: ["design/canary-a"] } });
	const ids = ledger.silences().map(({ id }) => id);
	expect(new Set(ids).size).toBe(3);
	for (const id of ids) expect(id).toMatch(/^[bcdfghjkmnpqrstvwxz2-9]{4}$/);
});

test.each<[object, string, RegExp]>([
	[{ for: undefined, until: new Date(T0 - MINUTE).toISOString() }, "invalid", /ends in the future/],
	[{ for: "31d" }, "invalid", /lasts 30 d at most, and this one would last 31 d/],
	[{ match: { instnce: "design" } }, "pointless", /no watched check has a label instnce; did you mean "instance"/],
	[{ match: { check: "frnt" } }, "pointless", /no watched check has check=frnt; did you mean "front"/],
	[{ match: { instance: "auto", check: "canary-*" } }, "pointless", /no watched check has all of these labels/],
])("%j is refused as %s", (given, code, text) => {
	const { silence, ledger } = atDesk();
	expect(silence(given)).toMatchObject({ ok: false, code, text: expect.stringMatching(text) });
	expect(ledger.silences()).toEqual([]);
});

test("a silence for severity is one for checks that can be so severe; forced, one for nothing is kept with a warning", () => {
	const { silence } = atDesk();
	expect(silence({ match: { severity: "critical", instance: "auto" } })).toMatchObject({
		value: { covers: ["auto/front"] },
	});
	expect(silence({ match: { instance: "new" }, force: true })).toMatchObject({
		ok: true,
		value: { covers: [] },
		warnings: [expect.stringContaining("silences nothing now")],
	});
});

test("a silence ends once, and is kept", async () => {
	const { silence, desk, ledger, clock } = atDesk();
	silence({});
	const { id } = ledger.silences()[0] as Silence;
	await clock.advance(MINUTE);
	expect(desk.endSilence(id)).toMatchObject({ ok: true, value: { endedAt: T0 + MINUTE } });
	expect(desk.endSilence(id)).toMatchObject({
		ok: false,
		code: "conflict",
		text: expect.stringContaining("has been over"),
	});
	expect(desk.endSilence("nope")).toMatchObject({ ok: false, code: "missing" });
	expect(ledger.silences()).toHaveLength(1);
});

test("a secret in somebody's words is not kept, and a store that does not work is said to", () => {
	const { silence, ledger, fail } = atDesk();
	fail("disk full");
	expect(silence({ comment: `key is ${SECRET}` })).toMatchObject({ warnings: [expect.stringContaining("disk full")] });
	expect(JSON.stringify(ledger.silences())).not.toContain(SECRET);
});

test("only an open incident of a watched check is acknowledged", () => {
	const open = anAlert(firing(), { key: "design/front" });
	const { desk, acks } = atDesk({ alerts: [open, anAlert(inactive(), { key: "auto/front" })] });
	const ack = (instance: string, name: string) =>
		desk.acknowledge({ instance, check: name, author: "ada", comment: `on it ${SECRET}` });
	expect(ack("design", "front")).toMatchObject({ ok: true, value: { key: "design/front", incident: "i1" } });
	expect(acks).toEqual([["design/front", "ada", expect.not.stringContaining(SECRET)]]);
	expect(ack("auto", "front")).toMatchObject({
		code: "conflict",
		text: "no incident of auto/front is open: it is inactive",
	});
	expect(ack("design", "canary-a")).toMatchObject({ code: "conflict", text: expect.stringContaining("it is new") });
	expect(ack("design", "frond")).toMatchObject({
		code: "missing",
		text: expect.stringContaining('did you mean "front"'),
	});
	expect(acks).toHaveLength(1);
});

const KEY = "design/front";
const OPEN: Change = { alerts: [anAlert(firing(), { key: KEY })] };
const snapshot = (incident = "i1") => aSnapshot(incident, KEY);
/** A message that was told, with its end. */
const letter = (id: string, result: "sent" | "dead" | undefined, given: Partial<Notification> = {}): Change => ({
	notifications: [aMessage(id, [snapshot()], given)],
	...(result && { endings: [{ id, result, at: T0, detail: result === "dead" ? "refused: 400" : "" }] }),
});
const all = { all: true, author: "ada" };

test("a dead letter is queued again under its own id, kept as waiting, and noted", () => {
	const lost = {
		channel: "pager",
		alert: snapshot(),
		notification: "n1",
		at: T0,
		group: "",
		groupWaitMs: 0,
		lost: true,
	};
	const { desk, accepted, store, ledger } = atDesk(OPEN, { told: [lost] }, letter("n1", "dead"));
	expect(desk.replay({ id: "n1", all: false, author: "ada" })).toMatchObject({
		ok: true,
		value: [{ id: "n1", channel: "pager" }],
	});
	expect(accepted).toMatchObject([
		{ notification: { id: "n1" }, delivery: { attempts: 0, nextAt: T0, lastError: "refused: 400" } },
	]);
	expect(store.load().outbox).toEqual(accepted);
	expect(store.message("n1")).not.toHaveProperty("ending");
	expect(ledger.unsentMessage("n1")).toBeDefined();
	// Its recovery is owed here now.
	expect(ledger.told(KEY)).toEqual([expect.not.objectContaining({ lost: true })]);
	expect(store.dispositions(KEY, 10).at(-1)).toMatchObject({
		outcome: "queued",
		reason: "queued again by ada",
		notification: "n1",
	});
});

test.each<[string, readonly Change[], string | undefined]>([
	["whose problem lasts", [OPEN, letter("n1", "dead")], undefined],
	["whose problem is over", [letter("n1", "dead")], "the problem is over"],
	[
		"that a newer message has overtaken",
		[OPEN, letter("n1", "dead"), letter("n2", "sent")],
		"channel pager was told something newer about it",
	],
	[
		"that a waiting one would follow",
		[OPEN, letter("n1", "dead"), letter("n2", undefined)],
		"channel pager was told something newer about it",
	],
	[
		"to a channel that is gone",
		[OPEN, letter("n1", "dead", { channel: "gone" })],
		"channel gone is not configured any more",
	],
	["about the end", [letter("n1", "dead", { type: "alert.resolved" })], undefined],
	[
		"whose newer one went elsewhere",
		[OPEN, letter("n1", "dead"), letter("n2", "sent", { channel: "mail" })],
		undefined,
	],
])("a dead letter %s", (_, changes, leftBecause) => {
	const { desk, accepted } = atDesk(...changes);
	expect(desk.replay(all)).toMatchObject({
		ok: true,
		value: [{ id: "n1", ...(leftBecause !== undefined && { leftBecause }) }],
	});
	expect(accepted.map(({ notification }) => notification.id)).toEqual(leftBecause === undefined ? ["n1"] : []);
});

test("all dead letters are queued in the order in which they were decided", () => {
	const { desk, accepted } = atDesk(OPEN, letter("z", "dead"), letter("m", "dead"), letter("a", "dead"));
	expect(desk.replay(all)).toMatchObject({ value: [{ id: "z" }, { id: "m" }, { id: "a" }] });
	expect(accepted.map(({ notification }) => notification.id)).toEqual(["z", "m", "a"]);
	expect(desk.replay(all)).toMatchObject({ ok: true, value: [] });
});

test("what is unknown or no dead letter is refused", () => {
	const { desk } = atDesk(OPEN, letter("n1", "sent"), letter("n2", undefined));
	const texts = ["n0", "n1", "n2"].map((id) => desk.replay({ id, all: false, author: "ada" }));
	expect(texts).toMatchObject([
		{ code: "missing" },
		{ text: "message n1 is no dead letter: it was sent" },
		{ text: "message n2 is no dead letter: it waits" },
	]);
});
