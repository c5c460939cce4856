/** A priority queue: the item that comes before all others is at hand, whatever the order in which they came. */
export interface Heap<Item> {
	push(item: Item): void;
	/** The first item; it stays. */
	peek(): Item | undefined;
	/** Takes the first item out. */
	pop(): Item | undefined;
	readonly size: number;
}

/** A binary heap: pushing and popping cost the logarithm of its size, peeking nothing. */
export function createHeap<Item>(isBefore: (a: Item, b: Item) => boolean): Heap<Item> {
	const items: Item[] = [];

	const rise = (item: Item, from: number): void => {
		let place = from;
		while (place > 0) {
			const above = (place - 1) >>> 1;
			const parent = items[above] as Item;
			if (!isBefore(item, parent)) break;
			items[place] = parent;
			place = above;
		}
		items[place] = item;
	};

	const sink = (item: Item): void => {
		let place = 0;
		for (;;) {
			let child = 2 * place + 1;
			if (child >= items.length) break;
			if (child + 1 < items.length && isBefore(items[child + 1] as Item, items[child] as Item)) child++;
			if (!isBefore(items[child] as Item, item)) break;
			items[place] = items[child] as Item;
			place = child;
		}
		items[place] = item;
	};

	return {
		push(item) {
			items.push(item);
			rise(item, items.length - 1);
		},
		peek: () => items[0],
		pop() {
			const first = items[0];
			const last = items.pop();
			if (items.length > 0) sink(last as Item);
			return first;
		},
		get size() {
			return items.length;
		},
	};
}
