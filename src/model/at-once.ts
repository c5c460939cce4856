/**
 * Acts on every one of a list, a few at a time, in the order of the list. Where one act throws, that is thrown, and no other is
 * begun.
 *
 * @param atOnce how many are under way at most
 * @returns what each act gave, in the order of the list
 */
export async function actAtOnce<One, Result>(
	list: readonly One[],
	atOnce: number,
	act: (one: One) => Promise<Result>,
): Promise<Result[]> {
	const results: Result[] = [];
	const left = list.entries();
	let isOver = false;
	const lane = async (): Promise<void> => {
		for (const [place, one] of left) {
			if (isOver) return;
			try {
				results[place] = await act(one);
			} catch (error) {
				isOver = true;
				throw error;
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(atOnce, list.length) }, lane));
	return results;
}
