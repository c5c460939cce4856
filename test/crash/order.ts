/** A number from the environment. */
export function setting(name: string, otherwise: number): number {
	const given = process.env[name];
	return given === undefined || given === "" ? otherwise : Number(given);
}

/** A row of numbers from 0 up to 1 that looks random and is the same for a seed (mulberry32). */
export function randomFrom(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** Does something with each of many, so many at a time; a failure does not keep back the others. */
export async function eachOf<Item>(
	items: readonly Item[],
	atATime: number,
	act: (item: Item) => Promise<void>,
): Promise<void> {
	const waiting = [...items];
	const work = async () => {
		for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await act(item);
	};
	await Promise.all(Array.from({ length: atATime }, work));
}

/** Says something while a test runs, so that nobody takes hours of work for a hang. */
export function say(line: string): void {
	process.stdout.write(`${line}\n`);
}
