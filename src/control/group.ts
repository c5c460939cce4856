import { readFileSync } from "node:fs";

/**
 * The number of a group of this machine.
 *
 * @param group a name from /etc/group, or a number
 * @returns undefined where there is no such name; groups of a directory service go by their number
 */
export function groupId(group: string | number): number | undefined {
	if (typeof group === "number") return group;
	if (/^\d+$/.test(group)) return Number(group);
	try {
		const line = readFileSync("/etc/group", "utf8")
			.split("\n")
			.find((entry) => entry.startsWith(`${group}:`));
		const id = line?.split(":")[2];
		return id !== undefined && /^\d+$/.test(id) ? Number(id) : undefined;
	} catch {
		return undefined;
	}
}
