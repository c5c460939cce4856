import type { Clock, Timer } from "../clock.ts";
import type { HandOver } from "../pipeline/telling.ts";
import type { Change } from "../store/store.ts";

/** Puts the decisions of one turn of the event loop together: stored first, told then, as each of them would be alone. */
export interface Together {
	/** Has a change stored at the end of this turn at the latest. */
	commit(change: Change): void;
	/** Hands messages over when all that was committed before is stored. */
	tell(messages: HandOver): void;
	/** Stores now what was committed so far. To be called before anything else is stored. */
	store(): void;
	/** Stores and tells now. */
	settle(): void;
}

/**
 * An outage that hits hundreds of checks in one moment waits for the disk once and not hundreds of times, which would hold
 * up probes and messages alike.
 *
 * @param deps.commit stores changes in their order, synced, in one transaction
 */
export function createTogether(deps: {
	readonly clock: Clock;
	readonly commit: (...changes: readonly Change[]) => void;
	readonly tell: (messages: HandOver) => void;
}): Together {
	let changes: Change[] = [];
	let messages: HandOver[] = [];
	let timer: Timer | undefined;

	function store(): void {
		const waiting = changes;
		changes = [];
		if (waiting.length > 0) deps.commit(...waiting);
	}

	function settle(): void {
		timer?.cancel();
		timer = undefined;
		store();
		const waiting = messages;
		messages = [];
		for (const one of waiting) deps.tell(one);
	}

	function soon(): void {
		timer ??= deps.clock.after(0, settle);
	}

	return {
		commit(change) {
			changes.push(change);
			soon();
		},
		tell(given) {
			messages.push(given);
			// What changes or takes back a message must come before that message leaves.
			if (given.joined.length + given.cancelled.length > 0) settle();
			else soon();
		},
		store,
		settle,
	};
}
