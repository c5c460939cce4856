import type { AckRequest, ReplayRequest, SilenceRequest } from "./request.ts";
import type { Silence } from "./silence.ts";

/** What came of something a person asked for. */
export type Answer<T> =
	| { readonly ok: true; readonly value: T; readonly warnings: readonly string[] }
	| {
			readonly ok: false;
			readonly code: Refusal;
			readonly text: string;
	  };

/** It makes no sense; there is no such thing; it does not fit the present state; it would change nothing, unless it is insisted on. */
export type Refusal = "invalid" | "missing" | "conflict" | "pointless";

export interface SilenceMade {
	readonly silence: Silence;
	/** Keys of the watched checks that it covers. */
	readonly covers: readonly string[];
}

/** A dead letter that was asked to be told again. */
export interface Replayed {
	readonly id: string;
	readonly channel: string;
	/** Why it was left as it is; absent where it waits for delivery again. */
	readonly leftBecause?: string;
}

/** Where people's wishes are carried out, from whichever side they come. */
export interface Desk {
	silence(request: SilenceRequest): Answer<SilenceMade>;
	endSilence(id: string): Answer<Silence>;
	acknowledge(request: AckRequest): Answer<{ readonly key: string; readonly incident: string }>;
	replay(request: ReplayRequest): Answer<readonly Replayed[]>;
}
