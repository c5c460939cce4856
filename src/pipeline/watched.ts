import type { Rules } from "../evaluate/evaluate.ts";
import type { Policy } from "../state/policy.ts";

/** A check on an instance, as far as judging and telling need it. */
export interface Watched {
	/** `instance/check`. */
	readonly key: string;
	readonly name: string;
	readonly summary: string;
	readonly instance: { readonly name: string; readonly url: string; readonly labels: Readonly<Record<string, string>> };
	readonly rules: Rules;
	readonly policy: Policy;
	readonly timeoutMs: number;
	readonly retryEveryMs: number;
	readonly parents: readonly string[];
	/** It asks what only administrators may know. */
	readonly asAdmin?: true;
	readonly labels: Readonly<Record<string, string>>;
	/** What to do first, in words. */
	readonly advice?: string;
	readonly runbook?: string;
}
