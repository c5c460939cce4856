import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/** Questions to a person at a terminal, one after the other. */
export interface Conversation {
	/**
	 * @param how.hidden nothing of what is typed is shown
	 * @returns the line without spaces around it, and `how.usual` for an empty one
	 * @throws Interrupted where the person leaves: Ctrl-C, or the end of the input
	 */
	ask(question: string, how?: { readonly hidden?: boolean; readonly usual?: string }): Promise<string>;
	/** Gives the terminal back. */
	close(): void;
}

/** The person left. */
export class Interrupted extends Error {}

/** Asks on a terminal; the questions go to `output`. */
export function openConversation(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Conversation {
	let isHidden = false;
	// The line editor repaints what is typed; while a secret is typed all of that is dropped.
	const shown = new Writable({
		write(chunk: Buffer, _encoding, done) {
			if (!isHidden) output.write(chunk);
			done();
		},
	});
	// Without a history: the arrow keys would bring a secret back.
	const lines = createInterface({ input, output: shown, terminal: true, historySize: 0 });
	let leave: ((reason: Interrupted) => void) | undefined;
	let isOver = false;
	const over = () => {
		isOver = true;
		leave?.(new Interrupted());
	};
	lines.on("SIGINT", over);
	lines.on("close", over);
	return {
		async ask(question, { hidden = false, usual } = {}) {
			if (isOver) throw new Interrupted();
			const { promise, resolve, reject } = Promise.withResolvers<string>();
			leave = reject;
			const prompt = usual === undefined ? `${question}: ` : `${question} [${usual}]: `;
			lines.question(prompt, resolve);
			isHidden = hidden;
			try {
				const line = (await promise).trim();
				return line === "" ? (usual ?? "") : line;
			} finally {
				if (hidden || isOver) output.write("\n");
				isHidden = false;
				leave = undefined;
			}
		},
		close() {
			isOver = true;
			lines.close();
		},
	};
}
