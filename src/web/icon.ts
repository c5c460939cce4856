import type { Mood } from "./overview.ts";

const COLOURS: Readonly<Record<Mood, string>> = {
	ok: "#1a7f37",
	recovering: "#1a7f37",
	waiting: "#6e7781",
	pending: "#bf8700",
	warning: "#bf8700",
	critical: "#cf222e",
	unknown: "#6639ba",
	stale: "#6639ba",
};

/** A dot in the colour of the whole, so that a browser's tab tells it. */
export function favicon(mood: Mood): string {
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="${COLOURS[mood]}"/></svg>`;
}
