import fc, { type Arbitrary } from "fast-check";
import type { Alert, AlertState, Transition } from "../../src/model/alert.ts";
import { CAUSES, type CauseCode, cause } from "../../src/model/cause.ts";
import type { AlertSnapshot, Disposition, Notification, Told } from "../../src/model/notification.ts";
import type { Value } from "../../src/model/sample.ts";
import type { Silence } from "../../src/model/silence.ts";
import type { Change, KeptSample } from "../../src/store/store.ts";

// Few names, so that changes meet each other.
const key = fc.constantFrom("design/api", "design/get-configuration", "auto-1/canary é'\"");
const incident = fc.constantFrom("i1", "i2", "i3");
const channel = fc.constantFrom("ops-mail", "pager");
const messageId = fc.constantFrom("n1", "n2", "n3", "n4");
const at = fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_050 });
const text = fc.oneof(fc.string({ unit: "grapheme", maxLength: 20 }), fc.constantFrom("", "it's \\ \n\t\0 here", "🙂"));
const level = fc.constantFrom("ok" as const, "unknown" as const, "warning" as const, "critical" as const);
const badLevel = fc.constantFrom("unknown" as const, "warning" as const, "critical" as const);
const blamed = fc.constantFrom(...(Object.keys(CAUSES) as CauseCode[])).map(cause);
const names = fc.string({ unit: "grapheme", maxLength: 8 });
// JSON knows no negative zero.
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => one + 0);
const values: Arbitrary<Record<string, Value>> = fc.dictionary(names, fc.oneof(number, text, fc.boolean()), {
	maxKeys: 4,
});
const labels = fc.dictionary(names, text, { maxKeys: 3 });

const ack = fc.record({ incident, at, author: text, comment: text });
const open = { incident, since: at, firedAt: at, level: badLevel };
const state: Arbitrary<AlertState> = fc.oneof(
	fc.record({ phase: fc.constant("inactive" as const), since: at }),
	fc.record({ phase: fc.constant("pending" as const), since: at, level: badLevel, bad: fc.nat(9) }),
	fc.record(
		{
			phase: fc.constant("firing" as const),
			...open,
			turning: fc.record({ level: badLevel, count: fc.nat(9) }),
		},
		{ requiredKeys: ["phase", "incident", "since", "firedAt", "level"] },
	) as Arbitrary<AlertState>,
	fc.record({ phase: fc.constant("recovering" as const), ...open, good: fc.nat(9), goodSince: at }),
);

const turn = fc.record({
	at,
	incident,
	channels: fc.dictionary(
		channel,
		fc.record({ about: at, outcome: fc.constantFrom("queued" as const, "muted" as const), reason: text }),
		{ noNullPrototype: true },
	),
});

export const anyAlert = fc.record(
	{
		key,
		state,
		sampledAt: at,
		level,
		cause: blamed,
		summary: text,
		failed: fc.array(text, { maxLength: 2 }),
		values,
		raised: fc.dictionary(names, badLevel, { maxKeys: 2 }),
		flips: fc.nat(),
		ack,
		resolvedAt: at,
		turn,
	},
	{ requiredKeys: ["key", "state", "sampledAt", "level", "summary", "failed", "values", "raised"] },
) as Arbitrary<Alert>;

/** An incident belongs to one check. */
const CHECK_OF: Readonly<Record<string, string>> = { i1: "design/api", i2: "design/api", i3: "auto-1/canary é'\"" };

const snapshot = fc
	.record(
		{
			incident,
			instance: text,
			check: text,
			about: text,
			level: badLevel,
			state: fc.constantFrom("firing" as const, "resolved" as const),
			cause: blamed,
			summary: text,
			failed: fc.array(text, { maxLength: 2 }),
			since: at,
			resolvedAt: at,
			labels,
			values,
			units: fc.dictionary(names, fc.constantFrom("s" as const, "B" as const, "d" as const), { maxKeys: 2 }),
			runbook: text,
			url: text,
		},
		{ noNullPrototype: true },
	)
	.map((one) => ({ ...one, key: CHECK_OF[one.incident] })) as Arbitrary<AlertSnapshot>;

export const anyNotification: Arbitrary<Notification> = fc.record({
	id: messageId,
	type: fc.constantFrom("alert.firing" as const, "alert.resolved" as const, "alert.reminder" as const),
	channel,
	group: fc.constantFrom("", "design"),
	severity: text,
	alerts: fc.array(snapshot, { minLength: 1, maxLength: 3 }),
	reason: text,
	createdAt: at,
	dueAt: at,
	failedChannels: fc.array(channel, { maxLength: 2 }),
});

export const anyTold: Arbitrary<Told> = fc.record({
	channel,
	alert: snapshot,
	notification: messageId,
	at,
	group: text,
	groupWaitMs: fc.nat(60_000),
	heard: fc.boolean(),
});

export const anyTransition = fc.record(
	{
		key,
		at,
		from: fc.constantFrom("inactive" as const, "pending" as const, "firing" as const, "recovering" as const),
		to: fc.constantFrom("inactive" as const, "pending" as const, "firing" as const, "recovering" as const),
		change: fc.constantFrom("pending" as const, "fired" as const, "worsened" as const, "resolved" as const),
		level,
		incident,
		reason: text,
		cause: blamed,
	},
	{ requiredKeys: ["key", "at", "from", "to", "change", "level", "reason"] },
) as Arbitrary<Transition>;

export const anyDisposition = fc.record(
	{
		key,
		incident,
		channel,
		at,
		outcome: fc.constantFrom("queued" as const, "sent" as const, "muted" as const),
		reason: text,
		until: at,
		notification: messageId,
		about: at,
	},
	{ requiredKeys: ["key", "incident", "channel", "at", "outcome", "reason"] },
) as Arbitrary<Disposition>;

const delivery = fc.record(
	{
		attempts: fc.nat(50),
		nextAt: fc.double({ min: 0, max: 2e12, noNaN: true }).map((one) => one + 0),
		lastError: text,
	},
	{ requiredKeys: ["attempts", "nextAt"] },
) as Arbitrary<{ attempts: number; nextAt: number; lastError?: string }>;

export const anySilence = fc.record(
	{
		id: messageId,
		match: fc.constantFrom({ instance: "design" }, { check: ["a", "b*"] }),
		from: at,
		until: at,
		author: text,
		comment: text,
		createdAt: at,
		endedAt: at,
	},
	{ requiredKeys: ["id", "match", "from", "until", "author", "comment", "createdAt"] },
) as Arbitrary<Silence>;

const few = <T>(one: Arbitrary<T>) => fc.array(one, { maxLength: 4 });

/** Any change at all. Nothing is revived: that is asked for only of a message that is known to be dead. */
export const anyChange: Arbitrary<Change> = fc.record({
	alerts: few(anyAlert),
	forgotten: few(key),
	transitions: few(anyTransition),
	notifications: few(anyNotification),
	cancelled: few(messageId),
	told: few(anyTold),
	closed: few(anyTold),
	dispositions: few(anyDisposition),
	attempts: few(fc.record({ id: messageId, delivery })),
	endings: few(
		fc.record({ id: messageId, result: fc.constantFrom("sent" as const, "dead" as const), at, detail: text }),
	),
	revived: fc.constant([]),
	silences: few(anySilence),
	notes: few(fc.record({ key: text, value: fc.oneof(text, fc.constant(undefined)) })),
} satisfies { [Field in keyof Required<Change>]: Arbitrary<NonNullable<Change[Field]>> });

export const anyKeptSample = fc.record({
	key,
	level,
	sample: fc.record(
		{
			startedAt: at,
			durationMs: fc.double({ min: 0, max: 1e6, noNaN: true }).map((one) => one + 0),
			values,
			fault: fc.record({ code: blamed.map(({ code }) => code), text }),
		},
		{ requiredKeys: ["startedAt", "durationMs", "values"] },
	),
}) as Arbitrary<KeptSample>;
