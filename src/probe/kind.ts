import type { Clock } from "../clock.ts";
import type { Instance } from "../dss/instance.ts";
import type { Host } from "../host/host.ts";
import type { Fault, Values, ValueTypes } from "../model/sample.ts";

/** What one run of a probe found. Never a thrown exception for anything a target can do. */
export interface Finding {
	readonly values: Values;
	readonly fault?: Fault;
	/** What was seen, in one line for people, where the values alone do not say it well. */
	readonly seen?: string;
	readonly facts?: Readonly<Record<string, unknown>>;
}

/** A small memory that outlives the process, for probes that start something (a job) and must not forget it. Synced to disk on set. */
export interface Notes {
	get(key: string): string | undefined;
	set(key: string, value: string | undefined): void;
}

/** What a probe gets besides its options. */
export interface ProbeContext {
	/** `instance/check`, unique. */
	readonly key: string;
	readonly instance: Instance;
	/** Aborted at the check's deadline and when the program stops. */
	readonly signal: AbortSignal;
	/** What is left until the deadline when the run starts, ms. */
	readonly timeoutMs: number;
	readonly clock: Clock;
	readonly notes: Notes;
	/** The machine that local kinds look at. Default: this one. */
	readonly host?: Host | undefined;
}

/** A condition that a kind states itself; only there it may be unknown. */
export interface Expected {
	readonly that: string;
	readonly else: "unknown" | "warning" | "critical";
}

/** A kind of probe: what it can measure, and how. The options schema stands beside it in the same file. */
export interface Kind<Options> {
	readonly values: ValueTypes;
	/** Names of facts (large, not kept) that conditions may use, with their CEL types. */
	readonly facts: ValueTypes;
	/**
	 * Looks at the machine that dss-probe runs on, and not over the network: at the instance's data directory, which must then
	 * be set, or at places of its own.
	 */
	readonly local?: "data_dir" | "anywhere";
	/**
	 * What it finds depends on notes of earlier looks. One that is taken beside the daemon's would find little, so others are
	 * given the daemon's newest sample. A function where the options decide.
	 */
	readonly keepsNotes?: true | ((options: Options) => boolean);
	/**
	 * It has DSS do something, which takes longer than a program that asks can wait, and must not be done twice at once: only the
	 * daemon takes such looks, and the others are given its newest sample.
	 */
	readonly startsWork?: true;
	/** It asks what only administrators may know, with admin_key of the instance where there is one. */
	readonly needsAdmin?: true;
	/** The DSS version that answers it first. */
	readonly since?: string;
	/** The expectations of a check that states none. */
	readonly expect?: readonly Expected[];
	/** For a kind whose options name values: all of its values then, and expectations that hold besides those of the check. */
	named?(options: Options): { readonly values: ValueTypes; readonly always: readonly Expected[] };
	measure(options: Options, context: ProbeContext): Promise<Finding>;
}
