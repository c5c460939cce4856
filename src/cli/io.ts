import type { Terminal } from "./terminal.ts";

/** What a verb gets from the process. */
export interface Io {
	readonly terminal: Terminal;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Calls back for a signal to the process; returns how to undo that. */
	onSignal(name: "SIGTERM" | "SIGINT" | "SIGHUP", act: () => void): () => void;
	/** Ends the process at once. */
	exit(code: number): never;
}

/** A verb: does its work and answers the exit code. A `UserError` that it throws is shown as its message. */
export type Verb<Options> = (options: Options, io: Io) => Promise<number>;
