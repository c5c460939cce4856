import type { Waiting } from "./waiting.ts";

/** Those who wait for the same alert, in order; the ones before `head` have left. */
interface Line {
	members: Waiting[];
	head: number;
}

/** Members that may have left before a line is packed again, so that leaving costs the same in a long line. */
const PACK_AT = 64;

/** The alerts that a message speaks of, each once. */
function keysOf({ notification }: Waiting): ReadonlySet<string> {
	return new Set(notification.alerts.map(({ key }) => key));
}

/**
 * The order of messages about each alert, over all its incidents: who reads that an old one is over after the new one
 * began takes it for the end of both. A message is free to go when it stands first in the lines of all alerts it speaks
 * of. As everybody lines up in the same order everywhere, nobody waits in a circle.
 */
export function createIncidentLines() {
	const lines = new Map<string, Line>();

	return {
		/** Lines up behind everybody with an earlier turn. Who stood first and no longer does, waits again. */
		enter(entry: Waiting): void {
			for (const key of keysOf(entry)) {
				let line = lines.get(key);
				if (line === undefined) {
					line = { members: [], head: 0 };
					lines.set(key, line);
				}
				let place = line.members.length;
				while (place > line.head && comesBefore(entry, line.members[place - 1] as Waiting)) place--;
				const first = line.members[line.head];
				line.members.splice(place, 0, entry);
				if (place > line.head) entry.ahead++;
				else if (first !== undefined) first.ahead++;
			}
		},

		/** Leaves all lines; answers who is free to go because of that. */
		leave(entry: Waiting): readonly Waiting[] {
			const freed: Waiting[] = [];
			for (const key of keysOf(entry)) {
				const line = lines.get(key);
				if (line === undefined) continue;
				if (line.members[line.head] !== entry) {
					const place = line.members.indexOf(entry, line.head);
					if (place >= 0) line.members.splice(place, 1);
					continue;
				}
				line.head++;
				if (line.head >= PACK_AT && line.head * 2 > line.members.length) {
					line.members = line.members.slice(line.head);
					line.head = 0;
				}
				const next = line.members[line.head];
				if (next === undefined) lines.delete(key);
				else if (--next.ahead === 0) freed.push(next);
			}
			entry.ahead = 0;
			return freed;
		},
	};
}

/** Somebody who is being sent already waits for nobody, so one may stand behind it whatever its turn. */
function comesBefore(entry: Waiting, other: Waiting): boolean {
	return other.phase !== "sending" && entry.turn < other.turn;
}
