import { errorKind } from "./sqlite-error.ts";

export interface DrainDeps<T> {
	/** How many are written at once at most. */
	readonly most: number;
	/** Writes some of them, all or none. */
	readonly write: (batch: readonly T[]) => void;
	/** Told of one that cannot be written, now or later, because of what it is. */
	readonly leftOut: (error: unknown) => void;
	/** Asked before each batch. */
	readonly goOn: () => boolean;
}

/**
 * Writes what waits, oldest first, and takes it off the queue. One entry that the database rejects for what it is does not
 * keep back the others: it is found by halving the batch, and left out.
 *
 * @param waiting the queue; shortened in place
 * @throws what the database threw for a reason that lies with the database
 */
export function drain<T>(waiting: T[], { most, write, leftOut, goOn }: DrainDeps<T>): void {
	let size = most;
	while (waiting.length > 0 && goOn()) {
		const batch = waiting.slice(0, size);
		try {
			write(batch);
			size = Math.min(most, size * 2);
		} catch (error) {
			if (errorKind(error) !== "rejected") throw error;
			size = Math.ceil(batch.length / 2);
			if (batch.length > 1) continue;
			leftOut(error);
		}
		waiting.splice(0, batch.length);
	}
}
