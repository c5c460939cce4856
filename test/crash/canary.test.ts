import { expect, test } from "vitest";
import { createCanaryStage, EVERY_MS } from "./canary-stage.ts";
import { eachOf, randomFrom, say, setting } from "./order.ts";

// CANARY_RUNS      how many kills in all
// CANARY_SEED      begins the row of random numbers; it is printed
// CANARY_LIFE      plays the daemon of this number alone, to see a failure again
// CRASH_PARALLEL   how many daemons at a time

const RUNS = setting("CANARY_RUNS", 40);
const SEED = setting("CANARY_SEED", Math.floor(Math.random() * 2 ** 31));
const ONLY = setting("CANARY_LIFE", 0);
// The daemons wait most of the time.
const PARALLEL = setting("CRASH_PARALLEL", 4);
/** One database and one DSS live through so many kills before everything is looked at and begun anew. */
const KILLS = 20;
/** Most lives are killed within two looks, and those that are not see how a job of theirs is aborted. */
const LIFE_MS = 2.5 * EVERY_MS;

async function play(life: number) {
	const random = randomFrom(SEED + life);
	const stage = await createCanaryStage(random);
	let isGood = false;
	try {
		for (let kill = 0; kill < KILLS; kill++) {
			await stage.awake();
			await stage.live(random() * LIFE_MS);
			await stage.kill();
		}
		await stage.finish();
		isGood = true;
		return stage.counts();
	} catch (error) {
		throw new Error(`CANARY_SEED=${SEED} CANARY_LIFE=${life}, see ${stage.folder}\n${String(error)}`);
	} finally {
		await stage.close(!isGood);
	}
}

test(`kill -9 at ${RUNS} random moments leaves a canary never two jobs, no orphan, and no abort too many`, async () => {
	say(`CANARY_SEED=${SEED}`);
	const lives = ONLY > 0 ? [ONLY] : Array.from({ length: Math.ceil(RUNS / KILLS) }, (_, nth) => nth + 1);
	const failures: string[] = [];
	const sum = { kills: 0, inFlight: 0, jobs: 0, hung: 0, lost: 0 };
	await eachOf(lives, PARALLEL, async (life) => {
		try {
			const counts = await play(life);
			for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += counts[name];
		} catch (error) {
			failures.push(String(error));
			say(String(error));
		}
		const { kills, inFlight, jobs, hung, lost } = sum;
		say(
			`${kills} kills, ${inFlight} of them with a job under way; ${jobs} jobs, ${hung} hung, ${lost} answers lost; ${failures.length} failed`,
		);
	});
	expect(failures).toEqual([]);
	expect(sum.kills).toBeGreaterThanOrEqual(lives.length * KILLS);
	// Otherwise the kills would have hit nothing.
	expect(sum.inFlight).toBeGreaterThan(sum.kills / 8);
	expect(sum.hung).toBeGreaterThan(sum.kills / 8);
}, 7_200_000);
