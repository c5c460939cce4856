import type { Clock, Timer } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Queue, Sized } from "./queue.ts";
import type { SinkFigures } from "./sink.ts";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** What became of a batch: taken, with how many values of it were refused for good, or to be sent again. */
export type Sent =
	| { readonly result: "taken"; readonly refused: number }
	| { readonly result: "failed"; readonly error: string };

export interface SenderDeps<T extends Sized> {
	readonly name: string;
	readonly queue: Queue<T>;
	/** Most values, and most bytes, of one batch. */
	readonly batch: { readonly count: number; readonly bytes: number };
	/** Never throws. */
	readonly send: (batch: readonly T[]) => Promise<Sent>;
	readonly clock: Clock;
	readonly log: Log;
	readonly random: () => number;
}

/** Empties a queue in order, one batch at a time. While the receiver is away the values wait, with growing pauses. */
export interface Sender {
	/** Sends what waits, unless it is being sent already or a pause is not over. */
	wake(): void;
	/** The same without regard to a pause; resolves when all is sent, an attempt failed, or the time is over. */
	flush(withinMs: number): Promise<void>;
	figures(): Omit<SinkFigures, "refusals">;
	close(): void;
}

export function createSender<T extends Sized>(deps: SenderDeps<T>): Sender {
	const { name, queue, batch, clock, log } = deps;
	let running: Promise<void> | undefined;
	let pause: Timer | undefined;
	let attempts = 0;
	let isClosed = false;
	let [sent, refused, inFlight] = [0, 0, 0];
	let sentAt: number | undefined;
	let lastError: SinkFigures["lastError"];
	let failingSince: number | undefined;
	let lostBefore = 0;

	const run = async (): Promise<void> => {
		pause?.cancel();
		pause = undefined;
		while (queue.length > 0 && !isClosed) {
			const values = queue.take(batch.count, batch.bytes);
			inFlight = values.length;
			const outcome = await deps.send(values);
			inFlight = 0;
			if (outcome.result === "taken") {
				taken(values.length, outcome.refused);
				continue;
			}
			queue.putBack(values);
			if (!isClosed) failed(outcome.error);
			return;
		}
	};

	const taken = (count: number, notTaken: number): void => {
		sent += count - notTaken;
		refused += notTaken;
		sentAt = clock.now();
		attempts = 0;
		if (failingSince === undefined) return;
		const lost = queue.lost - lostBefore;
		log.info({ sink: name, waiting: queue.length, lost }, "the sink takes values again");
		failingSince = undefined;
	};

	const failed = (text: string): void => {
		attempts++;
		lastError = { at: clock.now(), text };
		if (failingSince === undefined) {
			failingSince = clock.now();
			lostBefore = queue.lost;
			log.warn({ sink: name, error: text, waiting: queue.length }, "the sink takes no values; they wait");
		}
		const step = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 16));
		// A random half is taken off, so that several senders do not come back together.
		const again = () => {
			pause = undefined;
			wake();
		};
		pause = clock.after(step * (0.5 + deps.random() / 2), again, { background: true });
	};

	const start = (): Promise<void> => {
		running ??= run().finally(() => {
			running = undefined;
		});
		return running;
	};

	const wake = (): void => {
		if (!isClosed && !running && !pause) void start();
	};

	return {
		wake,
		async flush(withinMs) {
			const late = Promise.withResolvers<void>();
			const timer = clock.after(withinMs, late.resolve, { background: true });
			// A batch that is on its way may be the last of an earlier run, which ends before it sees what came since.
			await Promise.race([(running ?? Promise.resolve()).then(start), late.promise]);
			timer.cancel();
		},
		figures: () => ({
			queued: queue.length + inFlight,
			sent,
			refused,
			lost: queue.lost,
			...(sentAt !== undefined && { sentAt }),
			...(lastError && { lastError }),
			...(failingSince !== undefined && { failingSince }),
		}),
		close() {
			isClosed = true;
			pause?.cancel();
		},
	};
}
