import type * as z from "zod";
import type { Notes } from "../kind.ts";

/** What a look noted before; undefined where it noted nothing, or another version of this program wrote it. */
export function noted<Shape extends z.ZodType>(notes: Notes, key: string, shape: Shape): z.output<Shape> | undefined {
	const note = notes.get(key);
	if (note === undefined) return undefined;
	try {
		return shape.safeParse(JSON.parse(note)).data;
	} catch {
		return undefined;
	}
}
