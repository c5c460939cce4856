import { expect, test } from "vitest";
import { noteUndelivered } from "../../src/app/undelivered.ts";
import type { Notification, Told } from "../../src/model/notification.ts";
import { notification, snapshot } from "../support/notifications.ts";

const firing = notification({ id: "firing" });
const alert = snapshot();
const told: Told = { channel: "ops", alert, notification: "firing", at: 0, group: "", groupWaitMs: 0 };
const recovery = notification({
	id: "over",
	type: "alert.resolved",
	alerts: [snapshot({ state: "resolved" }), snapshot({ check: "other", state: "resolved" })],
});

const note = (message: Notification, entries: readonly Told[], waiting: readonly Notification[], first?: string) =>
	noteUndelivered(
		message,
		"refused: HTTP 404",
		{
			told: () => entries,
			unsent: () => waiting.map((one) => ({ notification: one, delivery: { attempts: 0, nextAt: 0 } })),
		},
		() => first,
	);

test("the ledger remembers why the problem never arrived", () => {
	expect(note(firing, [told], [])).toEqual({ told: [{ ...told, undelivered: "refused: HTTP 404" }], recoveries: [] });
});

test.for([
	["another channel", { ...told, channel: "mail" }],
	["another message", { ...told, notification: "earlier" }],
	["a channel that heard of it before", { ...told, heard: true }],
	["a channel whose fallback took over", { ...told, lost: true }],
] as const)("nothing is noted for %s", ([, entry]) => {
	expect(note(firing, [entry], []).told).toEqual([]);
});

test("a recovery that waits already gets the words, for that alert only", () => {
	const { recoveries } = note(firing, [], [recovery], "firing");
	expect(recoveries.map(({ id, alerts }) => [id, alerts.map((one) => one.undelivered)])).toEqual([
		["over", ["refused: HTTP 404", undefined]],
	]);
});

test.for([
	["one on another channel", { ...recovery, channel: "mail" }, "firing"],
	["one about something else", { ...recovery, alerts: [snapshot({ check: "other" })] }, "firing"],
	["another message about the problem", { ...recovery, type: "alert.reminder" }, "firing"],
	["one where an earlier message was heard", recovery, "earlier"],
] as const)("a waiting message stays as it is: %s", ([, waiting, first]) => {
	expect(note(firing, [], [waiting], first).recoveries).toEqual([]);
});

test("a recovery or a test that never arrived changes nothing", () => {
	for (const type of ["alert.resolved", "test"] as const) {
		expect(note({ ...firing, type }, [told], [recovery])).toEqual({ told: [], recoveries: [] });
	}
});
