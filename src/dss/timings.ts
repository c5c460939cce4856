import type { Timings } from "./reply.ts";

/** When the steps to a connection were done, on the monotonic clock, ms; undefined while they are not. */
export interface Marks {
	dns: number | undefined;
	connect: number | undefined;
	tls: number | undefined;
}

/** The timings of a request that was never sent. */
export const NO_TIME: Timings = { dns: 0, connect: 0, tls: 0, firstByte: 0, transfer: 0, total: 0 };

/**
 * Divides the time of a request among its phases. The phase that was under way at the end gets all the time since the last
 * mark, those after it get none, so that the phases of a failed request add up too.
 *
 * @param marks undefined for a connection that was already open
 * @param firstByte when the answer began, or undefined
 */
export function divide(start: number, marks: Marks | undefined, firstByte: number | undefined, end: number): Timings {
	let reached = start;
	const upTo = (mark: number | undefined): number => {
		const took = (mark ?? end) - reached;
		reached = mark ?? end;
		return took / 1_000;
	};
	const dns = upTo(marks ? marks.dns : start);
	const connect = upTo(marks ? marks.connect : start);
	const tls = upTo(marks ? marks.tls : start);
	return { dns, connect, tls, firstByte: upTo(firstByte), transfer: upTo(end), total: (end - start) / 1_000 };
}
