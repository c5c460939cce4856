import type { Level } from "../model/verdict.ts";

/** Exit codes: Nagios's for what was found, sysexits.h's for what was asked wrongly. */
export const EXIT = {
	ok: 0,
	warning: 1,
	critical: 2,
	unknown: 3,
	/** The command line makes no sense (EX_USAGE). */
	usage: 64,
	/** dss-probe itself failed, or a second signal cut it off (EX_SOFTWARE). */
	software: 70,
	/** Something of the system cannot be used: a port, a lock (EX_UNAVAILABLE). */
	unavailable: 69,
	/** The configuration is wrong (EX_CONFIG). */
	config: 78,
} as const;

export function exitFor(level: Level): number {
	return EXIT[level];
}

/** A mistake of the user's that ends the verb: its message is all there is to say. */
export class UserError extends Error {
	readonly exit: number;

	constructor(message: string, exit: number) {
		super(message);
		this.exit = exit;
	}
}
