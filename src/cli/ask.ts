import { type Conversation, Interrupted } from "./conversation.ts";
import type { Io } from "./io.ts";

/**
 * Asks one question, and gives the terminal back.
 *
 * @returns undefined where nobody sits there, or the person leaves
 */
export async function askOnce(
	{ converse }: Pick<Io, "converse">,
	...question: Parameters<Conversation["ask"]>
): Promise<string | undefined> {
	const talk = await converse?.();
	try {
		return await talk?.ask(...question);
	} catch (error) {
		if (!(error instanceof Interrupted)) throw error;
		return undefined;
	} finally {
		talk?.close();
	}
}
