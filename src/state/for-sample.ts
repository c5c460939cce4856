import { type Alert, isOpen } from "../model/alert.ts";
import { faultsNeeded, type Policy } from "./policy.ts";

/**
 * The policy for one sample: how many it takes where it is a look that broke off, and whether a turn counts as going to and
 * fro. It does not where a parent explains it: an outage that comes back is the parent's story.
 *
 * @param parents the alerts of the check's parents, as they are now
 */
export function forSample(policy: Policy, isFault: boolean, own: Alert, parents: readonly Alert[]): Policy {
	const failAfter = isFault ? faultsNeeded(policy) : policy.failAfter;
	const isExplained = policy.flapping === true && parents.some((parent) => explains(parent, own));
	if (failAfter === policy.failAfter && !isExplained) return policy;
	return { ...policy, failAfter, ...(isExplained && { flapping: false }) };
}

function explains({ state, resolvedAt }: Alert, own: Alert): boolean {
	if (state.phase !== "inactive") return true;
	return isOpen(own.state) && resolvedAt !== undefined && resolvedAt >= own.state.since;
}
