import { isoTime } from "../clock.ts";
import { type Html, html } from "../html.ts";
import { formatDuration } from "../model/duration.ts";
import type { Mood } from "./overview.ts";

/** A sign for each mood, so that colour is never alone. */
const SIGNS: Readonly<Record<Mood, string>> = {
	ok: "✓",
	waiting: "…",
	pending: "~",
	recovering: "↑",
	stale: "?",
	unknown: "?",
	warning: "!",
	critical: "✕",
};

export function sign(mood: Mood): Html {
	return html`<span class="sign m-${mood}" aria-hidden="true">${SIGNS[mood]}</span>`;
}

/** Sign and word in the colour of a mood. */
export function badge(mood: Mood, words: string = mood): Html {
	return html`<span class="badge ${mood} m-${mood}">${SIGNS[mood]} ${words}</span>`;
}

/** A moment as the time that has passed since, with the exact time for who points at it. */
export function ago(at: number, now: number): Html {
	return html`<time datetime="${isoTime(at)}" title="${isoTime(at)}">${formatDuration(now - at)} ago</time>`;
}

/** A moment as how long it has lasted. */
export function lasting(since: number, now: number): Html {
	return html`<time datetime="${isoTime(since)}" title="since ${isoTime(since)}">${formatDuration(now - since)}</time>`;
}

export function labelList(labels: Readonly<Record<string, string>>): Html {
	return html`${Object.entries(labels).map(([name, value]) => html` <span class="label">${name}=${value}</span>`)}`;
}

/** An address for people: without user name and password, should somebody have put them there. */
export function shownAddress(address: string): string {
	const url = URL.parse(address);
	if (url === null) return address;
	[url.username, url.password] = ["", ""];
	return url.href.replace(/\/$/, "");
}
