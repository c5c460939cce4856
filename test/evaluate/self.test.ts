import { expect, test } from "vitest";
import { judgeSelf } from "../../src/evaluate/self.ts";

const WELL = { delivery: [], sinks: [], lost: [], blind: [], stuck: 0 };
const blind = (key: string) => ({ key, fault: { code: "prober_resolver" as const, text: "no answer" } });

test("a program without troubles is ok", () => {
	expect(judgeSelf(WELL)).toEqual({ level: "ok", summary: "works", failed: [] });
});

test.each([
	["the database", { store: "disk full" }, "prober_store", "disk full"],
	[
		"a channel",
		{ delivery: [{ channel: "mail", error: "refused" }] },
		"prober_delivery",
		"channel mail takes no messages: refused",
	],
	[
		"one message that was given up",
		{ lost: [{ channel: "mail", count: 1, error: "refused: 550" }] },
		"prober_delivery",
		"1 message was not delivered on channel mail: refused: 550",
	],
	[
		"messages that were given up",
		{ lost: [{ channel: "mail", count: 3, error: "refused: 550" }] },
		"prober_delivery",
		"3 messages were not delivered on channel mail: refused: 550",
	],
	["one blind check", { blind: [blind("a/b")] }, "prober_resolver", "a/b cannot be judged: no answer"],
	[
		"blind checks",
		{ blind: [blind("a/b"), blind("c/d"), blind("e/f")] },
		"prober_resolver",
		"a/b and 2 more cannot be judged: no answer",
	],
	[
		"a sink",
		{ sinks: [{ sink: "zabbix", error: "takes no values: connection refused" }] },
		"prober_delivery",
		"sink zabbix takes no values: connection refused",
	],
	["stuck runs", { stuck: 2 }, "prober_bug", "2 runs ignored their deadline"],
])("%s: a warning about the prober, not about a target", (_, facts, code, summary) => {
	expect(judgeSelf({ ...WELL, ...facts })).toMatchObject({ level: "warning", cause: { code }, summary, failed: [] });
});

test("several troubles are one warning: the database first, the rest as findings", () => {
	const verdict = judgeSelf({
		store: "locked",
		delivery: [{ channel: "mail", error: "x" }],
		sinks: [],
		lost: [],
		blind: [blind("a/b")],
		stuck: 1,
	});
	expect(verdict.summary).toBe("locked");
	expect(verdict.failed).toHaveLength(3);
});
