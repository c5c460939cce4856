import { type Html, html } from "../html.ts";
import { formatDuration } from "../model/duration.ts";
import { LEVELS } from "../model/verdict.ts";
import type { RecentSample } from "./view.ts";

const SAMPLES = 40;
const STEP = 3;
const HEIGHT = 24;
/** Bars stand on this line; below it is the mark of a bar that is not ok. */
const GROUND = 21;

/**
 * Draws the newest samples as bars: the height is how long the run took, the colour its level. A bar that is not ok
 * stands on a mark of its own, so that it can be told without colours, too.
 */
export function sparkline(samples: readonly RecentSample[]): Html {
	const shown = samples.slice(-SAMPLES);
	if (shown.length === 0) return html``;
	const longest = Math.max(...shown.map(({ durationMs }) => durationMs), 1);
	const paths = LEVELS.map((level) => {
		const bars = shown.flatMap((sample, index) => {
			if (sample.level !== level) return [];
			const x = (SAMPLES - shown.length + index) * STEP + 1;
			const height = Math.max(2, Math.round((sample.durationMs / longest) * (GROUND - 1)));
			return [`M${x} ${GROUND}v-${height}${level === "ok" ? "" : `M${x} ${HEIGHT}v-2`}`];
		});
		return bars.length > 0 && html`<path class="${level}" d="${bars.join("")}"/>`;
	});
	const words = inWords(shown);
	return html`<svg class="spark" width="${SAMPLES * STEP}" height="${HEIGHT}" role="img" aria-label="${words}"><title>${words}</title>${paths}</svg>`;
}

/** "Last 40 samples: 38 ok, 2 critical; 12 ms to 80 ms". */
function inWords(samples: readonly RecentSample[]): string {
	const levels = LEVELS.flatMap((level) => {
		const count = samples.filter((sample) => sample.level === level).length;
		return count > 0 ? [`${count} ${level}`] : [];
	});
	const durations = samples.map(({ durationMs }) => durationMs);
	const span = `${formatDuration(Math.min(...durations))} to ${formatDuration(Math.max(...durations))}`;
	return `Last ${samples.length} samples: ${levels.join(", ")}; ${span}`;
}
