import type { Clock } from "../clock.ts";
import type { Board } from "./board.ts";
import { History } from "./history.ts";

/** How many background tasks are remembered, with their results. */
const FUTURE_LIMIT = 100;

/** What a background task works on. */
interface FutureTarget {
	readonly objectType: string;
	readonly projectKey: string;
	readonly objectId: string;
}

/** A background task; where it stands is a function of the time. */
export interface Future {
	readonly id: string;
	readonly owner: string;
	readonly displayName: string;
	readonly action: string;
	readonly targets: readonly FutureTarget[];
	/** ms since 1970. */
	readonly startedAt: number;
	/** Infinity: goes on until it is aborted. */
	readonly runMs: number;
	readonly result: () => unknown;
	readonly isDoomed: boolean;
	readonly abortedAt?: number;
}

export type FutureStanding = "running" | "done" | "died" | "aborted";

export const futureAt = (future: Future, now: number): FutureStanding => {
	const endsAt = future.startedAt + future.runMs;
	if (future.abortedAt !== undefined && future.abortedAt < endsAt) return "aborted";
	if (now < endsAt) return "running";
	return future.isDoomed ? "died" : "done";
};

export interface FutureBook {
	start(order: Omit<Future, "id" | "startedAt" | "isDoomed" | "abortedAt"> & { readonly startedAt?: number }): Future;
	get(id: string): Future | undefined;
	/** Newest first; only those that run. */
	running(): Future[];
	abort(id: string): void;
	/** A backend that dies takes them all along. */
	forgetAll(): void;
}

export function createFutureBook(clock: Clock, board: Board): FutureBook {
	const book = new History<Future>(FUTURE_LIMIT, (future) => futureAt(future, clock.now()) !== "running");
	let count = 0;
	return {
		start(order) {
			count++;
			const id = `fut${count.toString(36).padStart(6, "0")}`;
			const future = { startedAt: clock.now(), ...order, id, isDoomed: board.take("future_fails") !== undefined };
			book.put(future);
			return future;
		},
		get: (id) => book.get(id),
		running: () => book.all().filter((future) => futureAt(future, clock.now()) === "running"),
		abort(id) {
			const future = book.get(id);
			if (future && futureAt(future, clock.now()) === "running") book.put({ ...future, abortedAt: clock.now() });
		},
		forgetAll() {
			for (const { id } of book.all()) book.delete(id);
		},
	};
}
