import type { Clock, Timer } from "../../src/clock.ts";
import type { Beat, Beats } from "../../src/schedule/beats.ts";

/** Beats that ring on a clock handed in, so that a schedule runs in virtual time. */
export function clockBeats(clock: Clock): Beats & { names(): string[] } {
	const beats = new Map<string, Beat>();
	const timers = new Map<string, Timer>();

	function arm(name: string): void {
		timers.get(name)?.cancel();
		timers.delete(name);
		const beat = beats.get(name);
		const waitMs = beat?.waitMs();
		if (beat === undefined || waitMs === undefined) return;
		timers.set(
			name,
			clock.after(waitMs, () => {
				beat.ring();
				arm(name);
			}),
		);
	}

	return {
		set(beat) {
			beats.set(beat.name, beat);
			arm(beat.name);
		},
		unset(name) {
			beats.delete(name);
			arm(name);
		},
		rearm(name) {
			for (const each of name === undefined ? [...beats.keys()] : [name]) arm(each);
		},
		close() {
			for (const timer of timers.values()) timer.cancel();
			timers.clear();
			beats.clear();
		},
		names: () => [...beats.keys()],
	};
}
