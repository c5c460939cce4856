import type { Clock } from "../clock.ts";
import type { Config } from "../config/alerts.ts";
import type { Loaded } from "../config/read.ts";
import type { Asked } from "../control/client.ts";
import type { About } from "../model/about.ts";

/** What is known of the process and its machine; handed in, so that a test can be on another one. */
export interface Machine {
	readonly env: Readonly<Record<string, string | undefined>>;
	/** The user that runs this; undefined where the system knows none. */
	readonly uid: number | undefined;
	readonly gid: number | undefined;
	readonly pid: number;
	readonly nodeVersion: string;
	/** Of the time zone data in Node, such as 2025b; undefined where Node was built without. */
	readonly zonesVersion: string | undefined;
	readonly programVersion: string;
	/** Memory that a new program could have, bytes. */
	readonly freeMemory: number;
	readonly cores: number;
	/** Runnable processes over the last five minutes. */
	readonly load: number;
	/** Where temporary files lie. */
	readonly temporary: string;
}

/** The answer of an instance to one request, with its idea of the time. */
export interface Dated {
	readonly instance: string;
	/** How far its clock is ahead of this machine's, ms; negative where it is behind. */
	readonly aheadMs: number;
}

/** Everything that is examined, and what the examinations tell each other. */
export interface Patient {
	/** The alerts.yaml. */
	readonly file: string;
	readonly loaded: Loaded;
	/** The configuration, or what of it is in order; undefined where nothing can be made out. */
	readonly config: Config | undefined;
	/** Text of every file that the configuration was read from, by path. */
	readonly read: ReadonlyMap<string, string>;
	readonly machine: Machine;
	readonly clock: Clock;
	/** Asks the daemon on the configuration's store who it is; asked once. */
	daemon(): Promise<Asked>;
	/** What the instances' clocks show, as far as they have been asked. */
	readonly dates: Dated[];
}

/** What the running daemon says of itself, where one runs and is new enough to say it. */
export async function aboutDaemon(patient: Patient): Promise<About | undefined> {
	const asked = await patient.daemon();
	if (asked.result !== "answered" || asked.status !== 200) return undefined;
	return (asked.body as { readonly value: About }).value;
}
