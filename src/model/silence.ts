/** Made by a person now: alerts that match are not told until it ends. Probing goes on, and so do recoveries. */
export interface Silence {
	readonly id: string;
	/** Labels, as in a route's `match`. */
	readonly match: Readonly<Record<string, string | readonly string[]>>;
	/** From, inclusive, and until, exclusive; ms since 1970 UTC. */
	readonly from: number;
	readonly until: number;
	readonly author: string;
	readonly comment: string;
	readonly createdAt: number;
	/** Ended by hand before its time. Kept, like those that expired. */
	readonly endedAt?: number;
}

/** A person has seen an incident and works on it: no repeats, no escalation, until the incident is over. */
export interface Ack {
	readonly incident: string;
	readonly at: number;
	readonly author: string;
	readonly comment: string;
}

/** Whether a silence holds at a moment. */
export function isInForce(silence: Silence, at: number): boolean {
	return at >= silence.from && at < Math.min(silence.until, silence.endedAt ?? Number.POSITIVE_INFINITY);
}
