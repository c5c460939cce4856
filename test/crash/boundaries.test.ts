import { expect, test } from "vitest";
import { eachOf, say, setting } from "./order.ts";
import { createStage, STORY } from "./trace.ts";

// Every moment at which something leaves the process for good, before and after it: see preload.ts. The same story is
// played again and again, and each time the daemon is cut off one boundary later.
//
// CRASH_STRIDE    takes only every nth boundary
// CRASH_BOUNDARY  takes this one alone, to see a failure again
// CRASH_PARALLEL  how many daemons at a time

const STRIDE = setting("CRASH_STRIDE", 25);
const ONLY = setting("CRASH_BOUNDARY", 0);
const PARALLEL = setting("CRASH_PARALLEL", 2);

/** Plays the story to its end with a daemon that is cut off at a boundary; 0 for one that is not. */
async function play(at: number) {
	const stage = await createStage({ at });
	let isGood = false;
	try {
		for (const scene of STORY) await stage.play(scene);
		await stage.finish();
		isGood = true;
		return { boundaries: stage.daemon.boundaries(), kills: stage.daemon.kills.length, ...stage.counts() };
	} catch (error) {
		const place = stage.daemon.boundaries().at(-1);
		throw new Error(`CRASH_BOUNDARY=${at} (${place}), see ${stage.folder}\n${String(error)}`);
	} finally {
		await stage.close(!isGood);
	}
}

test("kill -9 at every write boundary loses nothing and repeats no message more than once", async () => {
	const whole = await play(0);
	const all = whole.boundaries.length;
	expect(whole).toMatchObject({ kills: 0, duplicates: 0 });
	expect(whole.incidents).toBeGreaterThanOrEqual(11);
	const places = ONLY > 0 ? [ONLY] : Array.from({ length: Math.ceil(all / STRIDE) }, (_, nth) => 1 + nth * STRIDE);
	say(
		`${all} boundaries, of which ${places.length} are tried; ${whole.incidents} incidents, ${whole.messages} messages`,
	);

	const failures: string[] = [];
	const killedAt = new Map<string, number>();
	let [done, kills, duplicates, most] = [0, 0, 0, 0];
	await eachOf(places, PARALLEL, async (at) => {
		try {
			const played = await play(at);
			kills += played.kills;
			duplicates += played.duplicates;
			most = Math.max(most, played.duplicates);
			const place = played.boundaries.at(-1) ?? "";
			if (played.kills > 0) killedAt.set(place, (killedAt.get(place) ?? 0) + 1);
		} catch (error) {
			failures.push(String(error));
			say(String(error));
		}
		if (++done % 20 === 0 || done === places.length) {
			say(
				`${done} of ${places.length}: ${kills} kills, ${duplicates} repeated (${most} at most), ${failures.length} failed`,
			);
		}
	});
	say([...killedAt].map(([place, times]) => `${place}: ${times}`).join(", "));
	expect(failures).toEqual([]);
	// A busy machine packs more into one commit, so that a story can end before the last boundary of another.
	expect(kills).toBeGreaterThan(places.length * 0.7);
}, 14_400_000);
