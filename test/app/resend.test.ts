import { expect, test } from "vitest";
import { createResend, openOn } from "../../src/app/resend.ts";
import type { Notification, Told } from "../../src/model/notification.ts";
import { MONDAY_MORNING, virtualClock } from "../support/clock.ts";
import { notification, snapshot } from "../support/notifications.ts";
import { scriptedChannel } from "../support/outbox.ts";

const entry = (check: string, given: Partial<Told> = {}): Told => ({
	channel: "am",
	alert: snapshot({ check }),
	notification: `n-${check}`,
	at: 0,
	group: "",
	groupWaitMs: 0,
	...given,
});

function ledgerOf(entries: readonly Told[], waiting: readonly Notification[] = []) {
	const byKey = Map.groupBy(entries, ({ alert }) => alert.key);
	return {
		toldKeys: () => byKey.keys(),
		told: (key: string) => byKey.get(key) ?? [],
		unsent: () => waiting.map((one) => ({ notification: one, delivery: { attempts: 0, nextAt: 0 } })),
	};
}

const checks = (ledger: ReturnType<typeof ledgerOf>) => openOn(ledger, "am").map(({ check }) => check);

test("open is what the channel was told, unless it went elsewhere or is over", () => {
	const entries = [
		entry("open"),
		entry("undelivered", { undelivered: "refused" }),
		entry("elsewhere", { channel: "mail" }),
		entry("taken over", { lost: true }),
		entry("over", { overAt: 5 }),
	];
	expect(checks(ledgerOf(entries))).toEqual(["open", "undelivered"]);
});

test("what waits to be told on the channel anyway is not repeated", () => {
	const about = (check: string, channel: string) => notification({ channel, alerts: [snapshot({ check })] });
	const ledger = ledgerOf([entry("a"), entry("b")], [about("a", "am"), about("b", "mail")]);
	expect(checks(ledger)).toEqual(["b"]);
});

function setUp(entries: () => readonly Told[]) {
	const clock = virtualClock();
	const repeated: Notification[] = [];
	const channels = new Map([
		["am", scriptedChannel({ name: "am", resendMs: 60_000 })],
		["mail", scriptedChannel({ name: "mail" })],
	]);
	const ledger = {
		toldKeys: () => ledgerOf(entries()).toldKeys(),
		told: (key: string) => ledgerOf(entries()).told(key),
		unsent: () => [],
	};
	const notifier = { repeat: (one: Notification) => void repeated.push(one) };
	const parts = { ledger, notifier, channels: () => channels } as unknown as Parameters<typeof createResend>[0];
	const resend = createResend(parts, clock);
	const pass = async (seconds: number) => {
		for (let second = 0; second < seconds; second++) {
			resend.look();
			await clock.advance(1_000);
		}
	};
	return { clock, repeated, pass };
}

test("what is open is repeated at once and then at the channel's interval, as one message", async () => {
	const alert = snapshot({ check: "a", level: "warning", labels: { severity: "warning" } });
	const { repeated, pass } = setUp(() => [entry("a", { alert }), entry("b"), entry("b", { channel: "mail" })]);
	await pass(150);
	expect(repeated.map(({ createdAt }) => createdAt - MONDAY_MORNING)).toEqual([0, 60_000, 120_000]);
	expect(repeated[0]).toMatchObject({ channel: "am", type: "alert.reminder", severity: "critical" });
	expect(repeated[0]?.alerts.map(({ check }) => check)).toEqual(["a", "b"]);
	expect(new Set(repeated.map(({ id }) => id)).size).toBe(3);
});

test("where nothing is open nothing is sent", async () => {
	const { repeated, pass } = setUp(() => []);
	await pass(200);
	expect(repeated).toEqual([]);
});
