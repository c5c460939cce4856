/** Something that can wait, with the memory it takes. */
export interface Sized {
	readonly bytes: number;
}

/** What waits for a receiver, oldest first. Bounded in number and bytes: where it is full, the oldest make room. */
export interface Queue<T extends Sized> {
	readonly length: number;
	/** How many were dropped so far to make room. */
	readonly lost: number;
	push(value: T): void;
	/** Takes the oldest out: as many as fit into both limits, at least one where there is one. */
	take(most: number, mostBytes: number): readonly T[];
	/** Puts back what was taken, in front; where others have filled its place, the oldest of it are lost. */
	putBack(values: readonly T[]): void;
}

/** Emptied places in front are closed when there are so many, and more than half. */
const GAP = 1_024;

export function createQueue<T extends Sized>(limits: { readonly count: number; readonly bytes: number }): Queue<T> {
	let values: T[] = [];
	let first = 0;
	let bytes = 0;
	let lost = 0;

	const shift = (): T => {
		const value = values[first++] as T;
		bytes -= value.bytes;
		if (first > GAP && first * 2 > values.length) {
			values = values.slice(first);
			first = 0;
		}
		return value;
	};
	const makeRoom = (): void => {
		while (values.length - first > limits.count || (bytes > limits.bytes && values.length > first)) {
			shift();
			lost++;
		}
	};

	return {
		get length() {
			return values.length - first;
		},
		get lost() {
			return lost;
		},
		push(value) {
			values.push(value);
			bytes += value.bytes;
			makeRoom();
		},
		take(most, mostBytes) {
			const taken: T[] = [];
			let size = 0;
			while (taken.length < most && first < values.length) {
				const next = values[first] as T;
				if (taken.length > 0 && size + next.bytes > mostBytes) break;
				size += next.bytes;
				taken.push(shift());
			}
			return taken;
		},
		putBack(back) {
			values = [...back, ...values.slice(first)];
			first = 0;
			for (const value of back) bytes += value.bytes;
			makeRoom();
		},
	};
}
