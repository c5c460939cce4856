import type { Waiting } from "./waiting.ts";

interface Item {
	readonly at: number;
	readonly entry: Waiting;
}

/**
 * Who is free to go, by the moment from which it may: a binary heap, so that 100,000 waiting messages cost little more
 * than one. An item that no longer holds (sent, withdrawn, moved, waiting behind somebody) is dropped when it comes up.
 */
export function createAgenda() {
	const heap: Item[] = [];

	function sink(from: number): void {
		let place = from;
		for (;;) {
			const [left, right] = [2 * place + 1, 2 * place + 2];
			let least = place;
			if (left < heap.length && isBefore(heap[left] as Item, heap[least] as Item)) least = left;
			if (right < heap.length && isBefore(heap[right] as Item, heap[least] as Item)) least = right;
			if (least === place) return;
			swap(place, least);
			place = least;
		}
	}

	function swap(a: number, b: number): void {
		[heap[a], heap[b]] = [heap[b] as Item, heap[a] as Item];
	}

	function drop(): void {
		const last = heap.pop();
		if (last !== undefined && heap.length > 0) {
			heap[0] = last;
			sink(0);
		}
	}

	return {
		add(entry: Waiting): void {
			let place = heap.push({ at: entry.at, entry }) - 1;
			while (place > 0) {
				const parent = (place - 1) >>> 1;
				if (!isBefore(heap[place] as Item, heap[parent] as Item)) return;
				swap(place, parent);
				place = parent;
			}
		},
		/** The next one that is free to go, at its moment; it stays on the agenda. */
		first(): Waiting | undefined {
			for (let top = heap[0]; top !== undefined; top = heap[0]) {
				const { at, entry } = top;
				if (entry.phase === "waiting" && entry.ahead === 0 && entry.at === at) return entry;
				drop();
			}
			return undefined;
		},
		/** Takes the one that `first` answered. */
		take: drop,
	};
}

function isBefore(a: Item, b: Item): boolean {
	return a.at < b.at || (a.at === b.at && a.entry.turn < b.entry.turn);
}
