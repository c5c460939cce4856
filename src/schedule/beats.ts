/** A recurring moment at which something is due. It knows by itself when it comes next. */
export interface Beat {
	/** Unique among the beats that are set. */
	readonly name: string;
	/** Asked when the beat is set and after each ring: ms from now, or undefined to stay quiet until rearmed. */
	waitMs(): number | undefined;
	/** May come a little early or late, and more than once for one moment: a beat looks at the clock by itself. */
	ring(): void;
}

/** Rings beats. The one implementation for the program is bree's; tests hand in one that runs on virtual time. */
export interface Beats {
	/** Sets one more beat, or a beat of the same name in place of the old one. */
	set(beat: Beat): void;
	unset(name: string): void;
	/** Asks a beat anew when it comes, because its answer has changed; without a name all of them. */
	rearm(name?: string): void;
	/** No beat rings after this. */
	close(): void;
}
