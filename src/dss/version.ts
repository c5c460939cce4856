import { compareVersions } from "../model/version.ts";

/**
 * Compares dotted version numbers part by part; missing parts count as zero, words after a number are not looked at.
 *
 * @returns whether `version` is `wanted` or newer
 */
export function isAtLeast(version: string, wanted: string): boolean {
	return compareVersions(version, wanted) >= 0;
}
