/**
 * Acts on every one of a list, a few at a time, in the order of the list.
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
	const lane = async (): Promise<void> => {
		for (const [place, one] of left) results[place] = await act(one);
	};
	await Promise.all(Array.from({ length: Math.min(atOnce, list.length) }, lane));
	return results;
}
