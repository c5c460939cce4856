import { expect, test } from "vitest";
import { chainsOf } from "../../src/dispatch/chain.ts";
import type { Transition } from "../../src/model/alert.ts";
import type { Disposition } from "../../src/model/notification.ts";
import { MINUTE, T0 } from "../support/builders.ts";

const FIRED: Transition = {
	key: "design/front",
	at: T0,
	from: "pending",
	to: "firing",
	change: "fired",
	level: "critical",
	incident: "i1",
	reason: "3 bad samples in a row",
};

/** `channel outcome [message] [about]`, one a minute, about the incident. */
const noted = (...lines: readonly string[]): readonly Disposition[] =>
	lines.map((line, index) => {
		const [channel = "", outcome = "", message, about] = line.split(" ");
		const step = { key: FIRED.key, incident: "i1", at: T0 + index * MINUTE, reason: "", channel };
		return {
			...step,
			outcome: outcome as Disposition["outcome"],
			...(message !== undefined && message !== "-" && { notification: message }),
			...(about !== undefined && { about: T0 + Number(about) }),
		};
	});

const shown = (dispositions: readonly Disposition[], transition = FIRED) =>
	chainsOf(transition, dispositions).map(
		({ channel, insteadOf, steps }) =>
			`${channel}${insteadOf ? ` for ${insteadOf}` : ""}: ${steps.map(({ outcome }) => outcome).join(" ")}`,
	);

test("what was decided and how its message ended stand together, channel by channel", () => {
	const all = noted("mail muted - 0", "pager queued n1 0", "pager sent n1", "mail queued n2 0", "mail sent n2");
	expect(shown(all)).toEqual(["mail: muted queued sent", "pager: queued sent"]);
});

test("reminders, other transitions, other incidents and other checks do not belong there", () => {
	const all = noted(
		"mail queued n1 0",
		"mail sent n1",
		"mail queued n2",
		"mail sent n2",
		"mail queued n3 5",
		"mail sent n3",
	);
	const others = all.map((one) => ({ ...one, incident: "i2" }));
	const strangers = all.map((one) => ({ ...one, key: "design/api" }));
	expect(shown([...others, ...strangers, ...all])).toEqual(["mail: queued sent"]);
	expect(shown(all, { ...FIRED, at: T0 + 5 })).toEqual(["mail: queued sent"]);
});

test("a dead letter is followed to the channel that took over, and to the next", () => {
	const all = noted("a queued n 0", "a dead n", "b queued n-fb", "b dead n-fb", "c queued n-fb-fb", "c sent n-fb-fb");
	expect(shown(all)).toEqual(["a: queued dead", "b for a: queued dead", "c for b: queued sent"]);
});

test("a dead letter that is queued again goes on in its own chain", () => {
	expect(shown(noted("a queued n 0", "a dead n", "a queued n", "a sent n"))).toEqual(["a: queued dead queued sent"]);
});

test("one message that was withdrawn at the end settles the beginning, too", () => {
	const all = noted("a queued n 0", "a withdrawn n 7");
	expect(shown(all)).toEqual(["a: queued withdrawn"]);
	expect(shown(all, { ...FIRED, change: "resolved", at: T0 + 7 })).toEqual(["a: withdrawn"]);
});
