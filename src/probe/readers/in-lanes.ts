/**
 * Does the same with each thing, so many at the same time, and gives the results in the order of the things. The first
 * that throws ends it: nothing new is begun.
 */
export async function inLanes<Thing, Result>(
	things: readonly Thing[],
	lanes: number,
	work: (thing: Thing) => Promise<Result>,
): Promise<Result[]> {
	const results: Result[] = [];
	const left = things.entries();
	let isOver = false;
	const lane = async () => {
		for (const [index, thing] of left) {
			if (isOver) return;
			try {
				results[index] = await work(thing);
			} catch (error) {
				isOver = true;
				throw error;
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(lanes, things.length) }, lane));
	return results;
}
