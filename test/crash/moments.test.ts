import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { eachOf, randomFrom, say, setting } from "./order.ts";
import { ALL_WELL, createStage, STORY } from "./trace.ts";

// CRASH_RUNS      how many kills in all
// CRASH_SEED      begins the row of random numbers; it is printed
// CRASH_LIFE      plays the daemon of this number alone, to see a failure again
// CRASH_PARALLEL  how many daemons at a time

const RUNS = setting("CRASH_RUNS", 20);
const SEED = setting("CRASH_SEED", Math.floor(Math.random() * 2 ** 31));
const ONLY = setting("CRASH_LIFE", 0);
const PARALLEL = setting("CRASH_PARALLEL", 2);
/** One database lives through so many kills before everything is looked at and begun anew. */
const KILLS = 20;
/** Some lives end before they have begun, ms; the others when they have seen a scene or two. */
const BIRTH_MS = 1_000;
const LIFE_MS = 3_000;
const STILLBORN = 0.2;

/** Plays the story over and over while the daemon is cut off at random moments. */
async function play(life: number) {
	const random = randomFrom(SEED + life);
	const stage = await createStage();
	let isGood = false;
	try {
		let isOver = false;
		const story = (async () => {
			while (!isOver) {
				for (const scene of STORY) if (!isOver) await stage.play(scene);
				if (!isOver) await stage.play(ALL_WELL);
			}
		})();
		const killing = (async () => {
			for (let kill = 0; kill < KILLS; kill++) {
				if (random() < STILLBORN) await sleep(random() * BIRTH_MS);
				else {
					await stage.awake();
					await sleep(random() * LIFE_MS);
				}
				await stage.daemon.kill();
			}
			isOver = true;
		})();
		await Promise.all([story, killing]);
		await stage.finish();
		isGood = true;
		return { kills: stage.daemon.kills.length, ...stage.counts() };
	} catch (error) {
		throw new Error(`CRASH_SEED=${SEED} CRASH_LIFE=${life}, see ${stage.folder}\n${String(error)}`);
	} finally {
		await stage.close(!isGood);
	}
}

test(`kill -9 at ${RUNS} random moments loses nothing and repeats each message once at most for each`, async () => {
	say(`CRASH_SEED=${SEED}`);
	const lives = ONLY > 0 ? [ONLY] : Array.from({ length: Math.ceil(RUNS / KILLS) }, (_, nth) => nth + 1);
	const failures: string[] = [];
	let [kills, incidents, messages, duplicates] = [0, 0, 0, 0];
	await eachOf(lives, PARALLEL, async (life) => {
		try {
			const played = await play(life);
			kills += played.kills;
			incidents += played.incidents;
			messages += played.messages;
			duplicates += played.duplicates;
		} catch (error) {
			failures.push(String(error));
			say(String(error));
		}
		say(
			`${kills} kills: ${incidents} incidents, ${messages} messages, ${duplicates} repeated, ${failures.length} failed`,
		);
	});
	expect(failures).toEqual([]);
	expect(kills).toBeGreaterThanOrEqual(lives.length * KILLS);
	expect(incidents).toBeGreaterThan(kills / 4);
	// In the long run: one kill meets several channels, but most meet none.
	expect(duplicates).toBeLessThanOrEqual(kills);
}, 14_400_000);
