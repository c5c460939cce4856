import type { Channel } from "./channel.ts";

/** Counts the messages that each channel object carries, so that one that was replaced is closed after its last. */
export function createCarriers() {
	const busy = new Map<Channel, number>();

	return {
		began(by: Channel): void {
			busy.set(by, (busy.get(by) ?? 0) + 1);
		},
		ended(by: Channel, current: Channel | undefined): void {
			const left = (busy.get(by) ?? 1) - 1;
			busy.set(by, left);
			if (left > 0) return;
			busy.delete(by);
			if (by !== current) by.close();
		},
		replaced(old: Channel): void {
			if (!busy.has(old)) old.close();
		},
	};
}
