import type { Alert, Transition } from "./alert.ts";
import type { CauseCode } from "./cause.ts";
import type { Disposition } from "./notification.ts";
import type { Ack, Silence } from "./silence.ts";
import type { Level } from "./verdict.ts";

/** What happened to a check in a time, and what follows from it. All times are ms since 1970 UTC. */
export interface Explanation {
	readonly key: string;
	readonly from: number;
	readonly to: number;
	/** In the order of time. */
	readonly entries: readonly ExplanationEntry[];
	/** The present; absent where the time asked for lies in the past. */
	readonly now?: Present;
}

export type ExplanationEntry =
	| SampleRun
	| {
			readonly kind: "transition";
			readonly at: number;
			readonly transition: Transition;
			readonly channels: readonly ChannelStory[];
	  }
	/** A reminder, an acknowledgement, or another message that no transition stands behind. */
	| { readonly kind: "message"; readonly at: number; readonly channels: readonly ChannelStory[] }
	| { readonly kind: "ack"; readonly at: number; readonly ack: Ack }
	| { readonly kind: "silence"; readonly at: number; readonly silence: Silence }
	| { readonly kind: "silence_ended"; readonly at: number; readonly silence: Silence };

/** Samples in a row with the same verdict. */
export interface SampleRun {
	readonly kind: "samples";
	readonly at: number;
	/** Start of the last of them. */
	readonly until: number;
	readonly count: number;
	readonly level: Level;
	/** Why the newest of them could not measure all it wanted. */
	readonly fault?: { readonly code: CauseCode; readonly text: string };
}

/** What became of something on one channel, step by step. */
export interface ChannelStory {
	readonly channel: string;
	/** The channel whose dead letter this one took over. */
	readonly insteadOf?: string;
	readonly steps: readonly ChannelStep[];
}

export interface ChannelStep extends Pick<Disposition, "at" | "outcome" | "reason" | "until" | "notification"> {
	/** Tries that failed so far, of a message that was queued. */
	readonly failedTries?: number;
	readonly lastError?: string;
	/** When the next try is due, of a message that still waits. */
	readonly nextAt?: number;
}

export interface Present {
	readonly at: number;
	/** Absent where no sample was judged yet. */
	readonly alert?: Omit<Alert, "turn" | "raised" | "flips">;
	readonly isWatched: boolean;
	/** What each channel would be told now, or why it is not. */
	readonly channels: readonly {
		readonly channel: string;
		readonly outcome: Disposition["outcome"];
		readonly reason: string;
		readonly until?: number;
		/** When it was told of the open incident last, or should have been. */
		readonly toldAt?: number;
		/** That message still waits for its group, or for a try that succeeds. */
		readonly isWaiting?: boolean;
	}[];
}
