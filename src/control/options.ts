import * as z from "zod";
import { isShortEnough } from "./socket.ts";

/** The `answers:` section: who may ask the daemon what it knows. Nothing can be changed that way. */
export const answersOptions = z.strictObject({
	socket: z
		.string()
		.min(1)
		.refine(isShortEnough, "is too long for a socket: some hundred bytes are all that the system takes")
		.optional()
		.describe("Path of the socket. Default: beside the store, with .ask at its end."),
	group: z
		.union([z.string().min(1), z.int().min(0)], { error: "is neither the name of a group nor its number" })
		.optional()
		.describe("Group that may ask, too, by name or number. Default: only the daemon's own user."),
});

export type AnswersOptions = z.output<typeof answersOptions>;
