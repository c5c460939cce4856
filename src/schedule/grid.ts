/** More slots give smaller bursts, fewer give less work for the timers. */
const MOST_SLOTS = 300;
const SMALLEST_SLOT_MS = 100;

/** Within this time after the start every check that has an interval has had its first look. */
const FIRST_LOOKS_MS = 15_000;

/**
 * Cuts an interval into slots; all checks of one slot are due at the same moment.
 *
 * @returns how many slots an interval of `everyMs` has, at least one
 */
export function slotCount(everyMs: number): number {
	return Math.max(1, Math.min(MOST_SLOTS, Math.floor(everyMs / SMALLEST_SLOT_MS)));
}

/** The slot of a check within its interval: always the same for a name, and evenly spread over many names. */
export function slotOf(key: string, everyMs: number): number {
	return Math.floor(shareOf(key) * slotCount(everyMs));
}

/** How long after the start of the program, or after it was added, a check has its first look. */
export function firstLookMs(key: string, everyMs: number): number {
	return shareOf(key) * Math.min(everyMs, FIRST_LOOKS_MS);
}

/** A number from 0 up to 1 that depends on a name alone (FNV-1a, stirred so that similar names end up far apart). */
function shareOf(key: string): number {
	let hash = 0x811c9dc5;
	for (let index = 0; index < key.length; index += 1) {
		hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
	}
	hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
