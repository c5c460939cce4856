import { expect, test } from "vitest";
import { actAtOnce } from "../../src/model/at-once.ts";

test("everything is done in order, and never more than so many at a time", async () => {
	let [under, most] = [0, 0];
	const done = await actAtOnce([5, 1, 4, 2, 3, 0], 2, async (turns) => {
		most = Math.max(most, ++under);
		for (let turn = 0; turn < turns; turn++) await Promise.resolve();
		under--;
		return turns * 10;
	});
	expect(done).toEqual([50, 10, 40, 20, 30, 0]);
	expect(most).toBe(2);
	expect(await actAtOnce([], 3, async () => 1)).toEqual([]);
});

test("once one act has thrown, no other is begun", async () => {
	const begun: number[] = [];
	const acts = actAtOnce([0, 1, 2, 3, 4, 5], 2, async (one) => {
		begun.push(one);
		await Promise.resolve();
		if (one === 1) throw new Error("refused");
	});
	await expect(acts).rejects.toThrow("refused");
	for (let turn = 0; turn < 20; turn++) await Promise.resolve();
	expect(begun).toEqual([0, 1, 2]);
});
