import type { Redact } from "../model/secret.ts";
import { EXIT } from "./exit.ts";
import type { Io } from "./io.ts";
import { leave } from "./leave.ts";
import { processTerminal } from "./terminal.ts";

/**
 * The real process: its streams, environment and signals.
 *
 * @param onCrash as `Io` has it; absent where whoever asks tells of a crash by itself
 */
export function processIo(onCrash?: Io["onCrash"]): Io {
	const redactors: Redact[] = [];
	onCrash?.((error) => {
		const text = redactors.reduce((told, redact) => redact(told), tracesOf(error));
		process.stderr.write(`dss-probe failed: ${text}\n`);
		return EXIT.software;
	});
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
		// A question goes to stderr, so that the result can be piped on.
		...(process.stdin.isTTY &&
			process.stderr.isTTY && {
				converse: async () => (await import("./conversation.ts")).openConversation(process.stdin, process.stderr),
			}),
		onSignal(name, act) {
			process.on(name, act);
			return () => void process.off(name, act);
		},
		...(onCrash && { onCrash }),
		hide: (redact) => void redactors.push(redact),
		exit: leave,
	};
}

/** Where it broke, and what led to it. Only what errors say themselves: other things that they carry may be secret. */
function tracesOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const led = error.cause === undefined ? "" : `\ncaused by ${tracesOf(error.cause)}`;
	return `${error.stack}${led}`;
}
