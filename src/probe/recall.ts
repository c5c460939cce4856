import type * as z from "zod";
import type { Notes } from "./kind.ts";

/**
 * Reads a note that was kept as JSON.
 *
 * @returns undefined where there is none, and where it cannot be read: another version of this program may have written it
 */
export function recall<Memory>(notes: Notes, key: string, shape: z.ZodType<Memory>): Memory | undefined {
	const text = notes.get(key);
	if (text === undefined) return undefined;
	try {
		return shape.safeParse(JSON.parse(text)).data;
	} catch {
		return undefined;
	}
}

/** Notes that end with the process: for a look that nobody takes up. */
export function fleetingNotes(): Notes {
	const notes = new Map<string, string>();
	return {
		get: (key) => notes.get(key),
		set(key, value) {
			if (value === undefined) notes.delete(key);
			else notes.set(key, value);
		},
	};
}
