/** Longest word that is compared; a longer one is no slip of the finger. */
const LONGEST = 60;

/**
 * Counts the single-letter slips between two words: a letter too many, too few, wrong, or swapped with its neighbour
 * (Damerau-Levenshtein distance in its "optimal string alignment" form).
 */
export function slips(a: string, b: string): number {
	let before: number[] = [];
	let above = Array.from({ length: b.length + 1 }, (_, column) => column);
	for (let row = 1; row <= a.length; row++) {
		const current = [row];
		for (let column = 1; column <= b.length; column++) {
			const same = a[row - 1] === b[column - 1];
			let best = Math.min(
				(above[column] as number) + 1,
				(current[column - 1] as number) + 1,
				(above[column - 1] as number) + (same ? 0 : 1),
			);
			if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
				best = Math.min(best, (before[column - 2] as number) + 1);
			}
			current[column] = best;
		}
		before = above;
		above = current;
	}
	return above[b.length] as number;
}

/**
 * Finds the known word that was most likely meant.
 *
 * @returns the nearest one, if it is near enough: one slip in three letters, at most three
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
	if (word.length > LONGEST) return undefined;
	const given = word.toLowerCase();
	const allowed = Math.min(3, Math.max(1, Math.floor(word.length / 3)));
	let [found, fewest]: [string | undefined, number] = [undefined, allowed + 1];
	for (const candidate of known) {
		if (Math.abs(candidate.length - word.length) >= fewest) continue;
		const count = slips(given, candidate.toLowerCase());
		if (count < fewest) [found, fewest] = [candidate, count];
	}
	return found;
}

/** The second half of a message about an unknown name, or undefined where nothing is near. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
	const meant = nearest(word, known);
	return meant === undefined ? undefined : `did you mean "${meant}"?`;
}
