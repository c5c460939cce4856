import { createHeap } from "../model/heap.ts";
import type { Waiting } from "./waiting.ts";

interface Item {
	readonly at: number;
	readonly entry: Waiting;
}

/**
 * Who is free to go, by the moment from which it may, so that 100,000 waiting messages cost little more than one. An item
 * that no longer holds (sent, withdrawn, moved, waiting behind somebody) is dropped when it comes up.
 */
export function createAgenda() {
	const heap = createHeap<Item>((a, b) => a.at < b.at || (a.at === b.at && a.entry.turn < b.entry.turn));
	return {
		add: (entry: Waiting): void => heap.push({ at: entry.at, entry }),
		/** The next one that is free to go, at its moment; it stays on the agenda. */
		first(): Waiting | undefined {
			for (let top = heap.peek(); top !== undefined; top = heap.peek()) {
				const { at, entry } = top;
				if (entry.phase === "waiting" && entry.ahead === 0 && entry.at === at) return entry;
				heap.pop();
			}
			return undefined;
		},
		/** Takes the one that `first` answered. */
		take(): void {
			heap.pop();
		},
	};
}
