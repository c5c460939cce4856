import { writeSync } from "node:fs";

const STDOUT = 1;
/** A reader that is slow is waited for so long at a time, ms, and no longer than so often. */
const REST_MS = 5;
const MOST_RESTS = 100;

/**
 * Writes one line to stdout at once, without Node's streams, which take longer to set up than everything else. A reader that
 * went away is no fault of ours.
 */
export function say(line: string): void {
	let rest = Buffer.from(`${line}\n`);
	for (let rests = 0; rest.length > 0 && rests < MOST_RESTS; ) {
		try {
			rest = rest.subarray(writeSync(STDOUT, rest));
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return;
			rests++;
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, REST_MS);
		}
	}
}
