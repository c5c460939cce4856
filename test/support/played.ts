import { setImmediate as turn } from "node:timers/promises";
import type { VirtualClock } from "./clock.ts";

/**
 * Lets virtual time go on while real sockets are at work, until something is done. Between two steps the loop gets so many
 * turns that an answer over loopback has arrived.
 */
export async function played<Result>(clock: VirtualClock, work: Promise<Result>, stepMs = 50): Promise<Result> {
	let isOver = false;
	const over = () => {
		isOver = true;
	};
	work.then(over, over);
	while (!isOver) {
		for (let turns = 0; turns < 30 && !isOver; turns++) await turn();
		if (!isOver) await clock.advance(stepMs);
	}
	return await work;
}
