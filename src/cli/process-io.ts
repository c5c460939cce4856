import type { Io } from "./io.ts";
import { processTerminal } from "./terminal.ts";

/** The real process: its streams, environment and signals. */
export function processIo(): Io {
	// A reader that went away (`| head`) ends the program quietly instead of with a stack trace. A lost log does not: the
	// daemon goes on watching without it.
	process.stdout.on("error", (error: NodeJS.ErrnoException) => {
		if (error.code === "EPIPE") process.exit(0);
		throw error;
	});
	process.stderr.on("error", () => {});
	return {
		terminal: processTerminal(),
		env: process.env,
		...(process.stdin.isTTY &&
			process.stderr.isTTY && {
				converse: async () => (await import("./conversation.ts")).openConversation(process.stdin, process.stderr),
			}),
		onSignal(name, act) {
			process.on(name, act);
			return () => void process.off(name, act);
		},
		// A question goes to stderr, so that the result can be piped on.
		...(process.stdin.isTTY &&
			process.stderr.isTTY && {
				ask: async (question, isHidden) => (await import("./ask.ts")).ask(question, isHidden),
			}),
		exit: (code) => process.exit(code),
	};
}
