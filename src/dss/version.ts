/**
 * Compares dotted version numbers part by part; missing parts count as zero, words after a number are not looked at.
 *
 * @returns whether `version` is `wanted` or newer
 */
export function isAtLeast(version: string, wanted: string): boolean {
	const [have, want] = [parts(version), parts(wanted)];
	for (let place = 0; place < want.length; place++) {
		const difference = (have[place] ?? 0) - (want[place] ?? 0);
		if (difference !== 0) return difference > 0;
	}
	return true;
}

function parts(version: string): number[] {
	return version.split(".").map((part) => Number.parseInt(part, 10) || 0);
}
