import { describe, expect, test } from "vitest";
import type { ChannelOutcome } from "../../src/dispatch/decision.ts";
import { settle, turnAfter } from "../../src/dispatch/settle.ts";
import type { Alert } from "../../src/model/alert.ts";
import { anAlert, firing, inactive, MINUTE, SECOND, T0 } from "../support/builders.ts";

/** An alert whose incident i1 fired at T0. */
const fired = anAlert(firing(), { turn: { at: T0, incident: "i1", channels: {} } });

const on = (
	channel: string,
	outcome: ChannelOutcome["outcome"],
	reason: string,
	more: Partial<ChannelOutcome> = {},
): ChannelOutcome => ({ channel, incident: "i1", outcome, reason, ...more });
const muted = on("mail", "muted", "silenced by ada: upgrade", { until: T0 + MINUTE });
const queued = on("mail", "queued", "fired", { notification: "n1" });

/** Settles one decision after the other, as the pipeline does; answers what was noted. */
function play(start: Alert, ...decisions: readonly (readonly ChannelOutcome[])[]) {
	let alert = start;
	return decisions.map((outcomes, index) => {
		const settled = settle(alert, outcomes, T0 + index * SECOND);
		alert = settled.alert ?? alert;
		return settled.dispositions.map(({ channel, outcome, about }) => `${channel} ${outcome} ${about ?? "-"}`);
	});
}

describe("the newest transition", () => {
	test("that is muted is noted once with reason and end, and told later under the same transition", () => {
		const first = settle(fired, [muted], T0);
		const entry = { key: fired.key, incident: "i1", channel: "mail", at: T0, outcome: "muted", about: T0 };
		expect(first.dispositions).toEqual([{ ...entry, reason: "silenced by ada: upgrade", until: T0 + MINUTE }]);
		expect(play(fired, [muted], [muted], [queued])).toEqual([[`mail muted ${T0}`], [], [`mail queued ${T0}`]]);
	});

	test("muted for another reason is noted anew", () => {
		const other = on("mail", "muted", "parent design/front is firing");
		expect(play(fired, [muted], [other], [other])[1]).toEqual([`mail muted ${T0}`]);
	});

	test("muted, and then nothing any more to say, is noted as that", () => {
		const knows = on("mail", "unneeded", "was told of it as critical before");
		expect(play(fired, [muted], [knows], [knows])).toEqual([[`mail muted ${T0}`], [`mail unneeded ${T0}`], []]);
		expect(play(fired, [queued], [knows])[1]).toEqual([]);
	});

	test("put off on one channel and told on another is noted on both, each once", () => {
		const later = on("boss", "deferred", "told if it lasts for 30 min", { until: T0 + 30 * MINUTE });
		expect(play(fired, [queued, later], [later], [on("boss", "queued", "not resolved in time")])).toEqual([
			[`mail queued ${T0}`, `boss deferred ${T0}`],
			[],
			[`boss queued ${T0}`],
		]);
	});

	test("concerns every channel again, whatever became of the one before", () => {
		const before = settle(fired, [queued], T0).alert ?? fired;
		const turn = turnAfter(before.turn, { change: "worsened", incident: "i1" }, T0 + MINUTE);
		const knows = on("mail", "unneeded", "was told of it as critical before");
		expect(turn).toBeDefined();
		expect(play({ ...before, ...(turn && { turn }) }, [knows])).toEqual([[`mail unneeded ${T0 + MINUTE}`]]);
	});

	test("is settled on channels that were never told when it is over, and then forgotten", () => {
		const quiet = settle(fired, [muted, on("pager", "queued", "fired")], T0).alert ?? fired;
		const turn = turnAfter(quiet.turn, { change: "resolved", incident: "i1" }, T0 + MINUTE);
		const over = { ...quiet, state: inactive(T0 + MINUTE), ...(turn && { turn }) };
		const settled = settle(over, [on("pager", "queued", "resolved", { notification: "n2" })], T0 + MINUTE);
		expect(settled.dispositions.map(({ channel, outcome, reason }) => [channel, outcome, reason])).toEqual([
			["pager", "queued", "resolved"],
			["mail", "unneeded", "the problem was not told here"],
		]);
		expect(settled.alert).toBeDefined();
		expect(settled.alert).not.toHaveProperty("turn");
	});
});

test("a reminder belongs to no transition, and a muted one is noted once", () => {
	const reminder = { notification: "n2", isAside: true };
	const quiet = on("mail", "muted", "silenced by ada: upgrade", { isAside: true });
	const sent = on("mail", "queued", "repeat interval elapsed", reminder);
	expect(play(fired, [queued], [quiet], [quiet], [sent], [quiet])).toEqual([
		[`mail queued ${T0}`],
		["mail muted -"],
		[],
		["mail queued -"],
		["mail muted -"],
	]);
});

test("who is only reminded has nothing to hear about the transition itself, which is noted, too", () => {
	const reminder = on("mail", "muted", "silenced by ada: upgrade", { isAside: true });
	expect(play(fired, [reminder], [reminder])).toEqual([[`mail unneeded ${T0}`, "mail muted -"], []]);
});

test("an earlier incident's end is not noted under the newest transition", () => {
	expect(play(fired, [on("mail", "queued", "resolved", { incident: "i0" })])).toEqual([["mail queued -"]]);
});

test("an incident that was open before turns were remembered counts from its firing", () => {
	expect(play(anAlert(firing()), [queued], [queued])).toEqual([[`mail queued ${T0}`], []]);
});

test("transitions of which nobody is told change nothing", () => {
	const { turn } = fired;
	for (const change of ["pending", "cleared", "eased", "recovering", "relapsed"] as const)
		expect(turnAfter(turn, { change, incident: "i1" }, T0 + MINUTE)).toBe(turn);
	expect(turnAfter(turn, undefined, T0 + MINUTE)).toBe(turn);
	expect(turnAfter(turn, { change: "fired", incident: "i2" }, T0 + MINUTE)).toEqual({
		at: T0 + MINUTE,
		incident: "i2",
		channels: {},
	});
});
