import type { Fault } from "../../model/sample.ts";
import type { Finding } from "../kind.ts";

/** Canaries that are under way in this process. */
const underWay = new Set<string>();

/**
 * Runs a canary, unless one of its key is under way in this process.
 *
 * @param key names what it orders, not the check: two checks that order the same are one canary
 * @param busy the fault of one that steps aside
 */
export async function alone(key: string, busy: Fault, run: () => Promise<Finding>): Promise<Finding> {
	if (underWay.has(key)) return { values: {}, fault: busy };
	underWay.add(key);
	try {
		return await run();
	} finally {
		underWay.delete(key);
	}
}
