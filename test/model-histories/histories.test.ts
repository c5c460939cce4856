import fc from "fast-check";
import { test } from "vitest";
import { history } from "./history.ts";
import { judge } from "./judge.ts";
import { play } from "./world.ts";

/** How many histories, and which: MODEL_SEED and MODEL_PATH repeat one that failed, as its report says. */
const runs = Number(process.env["MODEL_RUNS"] ?? 200);
const seed = process.env["MODEL_SEED"];
const path = process.env["MODEL_PATH"];

test("in any history every channel hears each problem once and its end once, and at rest the truth", {
	timeout: 3_600_000,
}, async () => {
	const began = performance.now();
	await fc.assert(
		fc.asyncProperty(history, async (one) => {
			const end = await play(one);
			const wrong = judge(end);
			end.close();
			if (wrong.length > 0) throw new Error(wrong.join("\n"));
		}),
		{
			numRuns: runs,
			...(seed !== undefined && { seed: Number(seed) }),
			...(path !== undefined && { path }),
		},
	);
	if (process.env["MODEL_RUNS"]) {
		const seconds = (performance.now() - began) / 1_000;
		process.stdout.write(`${runs} histories in ${seconds.toFixed(0)} s, ${(runs / seconds).toFixed(0)} a second\n`);
	}
});
