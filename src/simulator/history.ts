/**
 * A bounded memory of records by id, oldest first: beyond `limit` the oldest record that is over is forgotten, and
 * the oldest of all where none is over, so that a simulator that runs for weeks stays small.
 */
export class History<Record extends { readonly id: string }> {
	readonly #records = new Map<string, Record>();
	readonly #limit: number;
	readonly #isOver: (record: Record) => boolean;

	constructor(limit: number, isOver: (record: Record) => boolean) {
		this.#limit = limit;
		this.#isOver = isOver;
	}

	get size(): number {
		return this.#records.size;
	}

	get(id: string): Record | undefined {
		return this.#records.get(id);
	}

	/** Keeps a record; one of the same id is replaced in its place. */
	put(record: Record): void {
		this.#records.set(record.id, record);
		if (this.#records.size <= this.#limit) return;
		const forgotten = this.#records.values().find(this.#isOver) ?? this.#records.values().next().value;
		if (forgotten) this.#records.delete(forgotten.id);
	}

	delete(id: string): boolean {
		return this.#records.delete(id);
	}

	/** Newest first. */
	all(): Record[] {
		return [...this.#records.values()].reverse();
	}

	update(change: (record: Record) => Record): void {
		for (const [id, record] of this.#records) this.#records.set(id, change(record));
	}
}
