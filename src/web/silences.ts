import { isoTime } from "../clock.ts";
import { type Html, html } from "../html.ts";
import { formatDuration } from "../model/duration.ts";
import type { Silence } from "../model/silence.ts";

/** Who asked for quiet, about what, and for how long still. */
export function silenceSection(silences: readonly Silence[], now: number): Html {
	return html`<section><h2>Silences</h2>
<div class="scroll"><table><thead><tr><th>Id</th><th>Quiet</th><th>For another</th><th>By</th><th>Why</th></tr></thead>
<tbody>${silences.map((silence) => silenceRow(silence, now))}</tbody></table></div></section>`;
}

function silenceRow({ id, match, until, author, comment }: Silence, now: number): Html {
	const labels = Object.entries(match).flatMap(([name, wanted]) =>
		(typeof wanted === "string" ? [wanted] : wanted).map((value) => `${name}=${value}`),
	);
	const end = isoTime(until);
	return html`<tr><td>${id}</td><td>${labels.map((label) => html` <span class="label">${label}</span>`)}</td>
<td><time datetime="${end}" title="until ${end}">${formatDuration(until - now)}</time></td><td>${author}</td><td>${comment}</td></tr>`;
}
