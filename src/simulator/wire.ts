import { Readable } from "node:stream";
import type { Clock } from "../clock.ts";

/** Answers that travel badly. */

const CHUNK_BYTES = 65_536;

/** A JSON text of exactly so many bytes, made while it is read. */
export function hugeJson(bytes: number): Readable {
	const [head, tail] = ['{"padding":"', '"}'];
	return Readable.from(
		(function* () {
			yield Buffer.from(head);
			for (let left = bytes - head.length - tail.length; left > 0; left -= CHUNK_BYTES) {
				yield Buffer.alloc(Math.min(left, CHUNK_BYTES), "a");
			}
			yield Buffer.from(tail);
		})(),
	);
}

/** The bytes one after the other. Ends with an error when `signal` says that nobody reads any more. */
export function trickle(bytes: Buffer, perSecond: number, clock: Clock, signal: AbortSignal): Readable {
	return Readable.from(
		(async function* () {
			for (const byte of bytes) {
				yield Buffer.of(byte);
				await clock.sleep(1_000 / perSecond, signal);
			}
		})(),
	);
}

/** The first half of the bytes, and then an error, upon which the server cuts the connection. */
export function cutOff(bytes: Buffer): Readable {
	return Readable.from(
		(async function* () {
			yield bytes.subarray(0, Math.floor(bytes.length / 2));
			throw new Error("The connection is cut here on purpose");
		})(),
	);
}
