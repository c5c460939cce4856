import { expect, test } from "vitest";
import type { History } from "./history.ts";
import { judge } from "./judge.ts";
import { play } from "./world.ts";

/** Everything is good, and nothing happens, but for what is given; `last` is the check `other/front`. */
function aHistory(given: Partial<History> & { readonly last?: History["courses"][number] }): History {
	const good: History["courses"][number] = { segments: [], last: "ok" };
	const hasty: History["policies"][number] = { failAfter: 1, spare: 0, recoverAfter: 1, flapping: true };
	const { last = good, ...rest } = given;
	return {
		plan: { routes: 0, windows: 0 },
		family: 0,
		policies: [hasty, hasty, hasty, hasty],
		courses: [good, good, good, last],
		events: [],
		pagerGivesUpS: null,
		random: 0,
		...rest,
	};
}

async function expectNothingWrong(history: History): Promise<void> {
	const played = await play(history);
	const wrong = judge(played);
	played.close();
	expect(wrong).toEqual([]);
}

test("the recovery of a check that was taken away is noted as heard, although it waited for its group", () =>
	expectNothingWrong(
		aHistory({
			plan: { routes: 1, windows: 0 },
			last: { segments: [["down", 900]], last: "down" },
			events: [{ do: "reload", at: 800, plan: { routes: 1, windows: 0 }, without: "other/front" }],
		}),
	));

test("a channel that was dead through two incidents hears them in order", () =>
	expectNothingWrong(
		aHistory({
			last: {
				segments: [
					["down", 180],
					["ok", 15],
					["down", 180],
					["ok", 15],
					["down", 180],
					["ok", 15],
				],
				last: "slow",
			},
			events: [{ do: "channel", at: 20, channel: "mail", mood: "dead", forS: 1_800 }],
		}),
	));

test("a fallback that hears of a problem by itself is not reminded of it after its end", () =>
	expectNothingWrong(
		aHistory({
			plan: { routes: 2, windows: 0 },
			last: { segments: [["refused", 900]], last: "ok" },
			events: [{ do: "channel", at: 20, channel: "pager", mood: "dead", forS: 1_800 }],
			pagerGivesUpS: 400,
		}),
	));

test("a message that waits for its group keeps its moment when the clock is set back", () => {
	const calm = aHistory({});
	const turns = Array.from({ length: 11 }, () => [["slow", 8] as const, ["ok", 120] as const]).flat();
	const restless = { segments: turns.map(([what, forS]) => [what, forS]), last: "ok" } as History["courses"][number];
	return expectNothingWrong({
		...calm,
		courses: [restless, ...calm.courses.slice(1)] as unknown as History["courses"],
		events: [
			{ do: "set clock", at: 1_284, byS: -601.337 },
			{ do: "restart", at: 1_158, offS: 1 },
			{ do: "channel", at: 932, channel: "mail", mood: "dead", forS: 1_800 },
			{ do: "reload", at: 905, plan: { routes: 1, windows: 0 }, without: null },
		],
	});
});

test("a message that waits for its group is known to have left, also after the clock was set back and a crash", () => {
	const calm = aHistory({ plan: { routes: 1, windows: 0 } });
	const [good] = calm.courses;
	const slow: typeof good = {
		segments: [
			["slow", 8],
			["ok", 8],
		],
		last: "ok",
	};
	return expectNothingWrong({
		...calm,
		courses: [good, good, slow, good],
		events: [
			{ do: "set clock", at: 20, byS: -601.337 },
			{ do: "crash", at: 20, when: "after", offS: 0 },
		],
	});
});

test("a reminder keeps its distance when the clock is set", async () => {
	for (const byS of [-601.337, 602] as const) {
		const history = aHistory({
			plan: { routes: 2, windows: 0 },
			last: { segments: [], last: "down" },
			events: [{ do: "set clock", at: 600, byS }],
		});
		const played = await play(history);
		const mail = played.heard.filter(({ at, message }) => at < 1_200 && message.channel === "mail");
		const distances = mail.slice(1).map(({ at }, index) => at - (mail[index]?.at ?? 0));
		played.close();
		expect(mail.length).toBeGreaterThan(4);
		for (const distance of distances) expect(Math.abs(distance - 180 - 45)).toBeLessThan(31);
	}
});

test("an old problem is not handed over to a fallback that hears of the next one", () => {
	const turn: History["courses"][number]["segments"] = [
		["down", 60],
		["ok", 8],
	];
	return expectNothingWrong(
		aHistory({
			plan: { routes: 1, windows: 0 },
			last: { segments: Array.from({ length: 6 }, () => turn).flat(), last: "ok" },
			events: [
				{ do: "reload", at: 367, plan: { routes: 0, windows: 0 }, without: null },
				{ do: "channel", at: 20, channel: "pager", mood: "dead", forS: 600 },
				{ do: "set clock", at: 275, byS: 602 },
			],
			pagerGivesUpS: 400,
			random: 0.99,
		}),
	);
});

test("a problem that was over before it was handed over is over for the fallback, too, and once", () =>
	expectNothingWrong(
		aHistory({
			plan: { routes: 1, windows: 0 },
			last: { segments: [["down", 40]], last: "ok" },
			events: [{ do: "channel", at: 20, channel: "pager", mood: "dead", forS: 1_800 }],
			pagerGivesUpS: 60,
		}),
	));
