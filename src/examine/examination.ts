/** One thing that was looked at: good, left out, or wrong with what to do about it. */
export type Finding =
	| { readonly level: "ok"; readonly seen: string }
	/** `because` names the examination before it whose finding makes this one senseless. */
	| { readonly level: "skipped"; readonly seen: string; readonly because?: string }
	| {
			readonly level: "warning" | "critical";
			readonly seen: string;
			readonly todo: string;
			/** It is bad, and yet what follows can be examined. */
			readonly isPassable?: true;
	  };

export type FindingLevel = Finding["level"];

export const ok = (seen: string): Finding => ({ level: "ok", seen });
/** It was not looked at, and why. Nothing is said about it. */
export const skipped = (seen: string): Finding => ({ level: "skipped", seen });
export const warning = (seen: string, todo: string): Finding => ({ level: "warning", seen, todo });
export const critical = (seen: string, todo: string): Finding => ({ level: "critical", seen, todo });
export const passable = (finding: Finding): Finding => ("todo" in finding ? { ...finding, isPassable: true } : finding);

/** One look at one thing. It changes nothing in the world. */
export interface Examination {
	readonly name: string;
	/** Where it is critical and not passable, what follows in its section makes no sense and is left out. */
	readonly isVital?: boolean;
	/** Comes after all others, alone: it needs what they saw, or it holds up everything else. */
	readonly isLate?: boolean;
	/** Aborted at the deadline; what it has found by then is lost. */
	examine(signal: AbortSignal): readonly Finding[] | Promise<readonly Finding[]>;
}

/** Examinations of one subject, in their order. */
export interface Section {
	/** `this machine`, `instance design`. */
	readonly name: string;
	readonly examinations: readonly Examination[];
}
