/** Compares dotted versions by their numbers, from the left; what is no number counts as 0. Below 0 where `a` is the older one. */
export function compareVersions(a: string, b: string): number {
	const [left, right] = [numbersOf(a), numbersOf(b)];
	for (let place = 0; place < Math.max(left.length, right.length); place++) {
		const difference = (left[place] ?? 0) - (right[place] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}

function numbersOf(version: string): readonly number[] {
	return version.split(".").map((part) => Number.parseInt(part, 10) || 0);
}
