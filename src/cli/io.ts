import type { Redact } from "../model/secret.ts";
import type { Conversation } from "./conversation.ts";
import type { Terminal } from "./terminal.ts";

/** What a verb gets from the process. */
export interface Io {
	readonly terminal: Terminal;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Begins to ask; absent where no person sits at both ends. */
	readonly converse?: () => Promise<Conversation>;
	/** Calls back for a signal to the process; returns how to undo that. */
	onSignal(name: "SIGTERM" | "SIGINT" | "SIGHUP", act: () => void): () => void;
	/** What this program fails with is told through `redact`, too, from now on. */
	hide?(redact: Redact): void;
	/** Says what is told of a fault of dss-probe's own from now on, and with which exit code the process then ends. */
	onCrash?(tell: (error: unknown) => number): void;
	/** Ends the process at once. */
	exit(code: number): never;
}

/** What an answer to Zabbix or Nagios gets from the process. */
export type Asker = Pick<Io, "env" | "exit" | "onCrash">;

/** A verb: does its work and answers the exit code. A `UserError` that it throws is shown as its message. */
export type Verb<Options> = (options: Options, io: Io) => Promise<number>;
