import { isoTime } from "../clock.ts";
import { type Html, html, trusted, webAddress } from "../html.ts";
import { hintFor } from "../model/cause.ts";
import { formatDuration } from "../model/duration.ts";
import { moodOf, type OpenCheck, type Overview, overviewOf } from "./overview.ts";
import { ago, badge, labelList, lasting, shownAddress, sign } from "./parts.ts";
import { channelSection, proberSection, sinkSection } from "./prober.ts";
import { silenceSection } from "./silences.ts";
import { sparkline } from "./sparkline.ts";
import { STYLE } from "./style.ts";
import type { CheckView, HealthView, InstanceView, RecentSample, StatusView } from "./view.ts";

/** The page renews itself this often. */
const REFRESH_S = 10;

/** A page with more rows than this serves nobody; the worst are shown. */
const MOST_ROWS = 400;

/** What the page is made from, read at one moment. */
export interface PageInput {
	readonly status: StatusView;
	readonly health: HealthView;
	readonly recent: (key: string) => readonly RecentSample[];
	/** Wall clock, ms since 1970 UTC. */
	readonly now: number;
}

/** The status page: one HTML document without anything from outside, readable without scripts. */
export function page(input: PageInput): string {
	const { status, health, now } = input;
	const overview = overviewOf(status);
	const { instances, leftOut } = pick(status.instances);
	return html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${REFRESH_S}"><title>${title(overview)}</title>
<link rel="icon" type="image/svg+xml" href="favicon.svg"><style>${trusted(STYLE)}</style></head>
<body><header><h1>dss-probe</h1><small>as of <time datetime="${isoTime(now)}">${isoTime(now).replace("T", " ").replace("Z", " UTC")}</time>, renewed every ${REFRESH_S} s</small></header>
<main><div class="banner m-${overview.mood}">${sign(overview.mood)}<h2>${overview.headline}</h2></div>
${!health.ok && unwell(health)}
${overview.open.length > 0 && html`<section><h2>Open incidents</h2>${overview.open.slice(0, MOST_ROWS).map((one) => incident(one, now))}</section>`}
${status.silences.length > 0 && silenceSection(status.silences, now)}
${instances.map((instance) => instanceSection(instance, input))}
${leftOut > 0 && html`<p class="soft">${leftOut} more checks are not shown here; <a href="api/v1/status">the JSON</a> has them all.</p>`}
${status.channels.length > 0 && channelSection(status.channels, now)}
${status.sinks.length > 0 && sinkSection(status.sinks, now)}
${proberSection(status.prober, now)}</main>
<footer><small><a href="api/v1/status">JSON</a> · <a href="metrics">metrics</a> · <a href="healthz">health</a></small></footer></body></html>
`.text;
}

function title(overview: Overview): string {
	return overview.open.length > 0 ? `(${overview.open.length}) dss-probe` : "dss-probe";
}

function unwell(health: HealthView): Html {
	return html`<div class="banner m-unknown">${sign("unknown")}<div><h2>dss-probe itself is not well</h2><ul>${health.reasons.map(
		(reason) => html`<li>${reason}</li>`,
	)}</ul></div></div>`;
}

function incident({ instance, check, state }: OpenCheck, now: number): Html {
	const { alert } = check;
	const runbook = check.runbook && webAddress(check.runbook);
	const mood = state.phase === "recovering" ? "recovering" : state.level;
	return html`<div class="incident m-${mood}">${badge(mood, mood === "recovering" ? `${state.level}, recovering` : state.level)}
<b>${instance}: ${alert?.cause?.text ?? alert?.summary ?? check.name}</b>
<p>${alert?.summary}</p>
<p class="soft">${check.name} · for ${lasting(state.since, now)}${runbook && html` · <a href="${runbook}" rel="noreferrer">runbook</a>`}${
		check.muted &&
		html` · nobody is told: ${check.muted.reason}${check.muted.until !== undefined && `, until ${isoTime(check.muted.until)}`}`
	}</p>
${alert?.ack && html`<p class="soft">acknowledged by ${alert.ack.author}, ${ago(alert.ack.at, now)}: ${alert.ack.comment}</p>`}
${alert?.cause && html`<p class="soft">${hintFor(alert.cause.code)}</p>`}${check.advice && html`<p class="soft">${check.advice}</p>`}</div>`;
}

function instanceSection(instance: InstanceView, input: PageInput): Html {
	return html`<section><h2>${instance.name} <small class="soft">${shownAddress(instance.url)}</small> <small>${labelList(instance.labels)}</small></h2>
<div class="scroll"><table class="checks"><thead><tr><th>State</th><th>Check</th><th>Seen</th><th class="num">For</th><th class="num">Last look</th><th class="num">Took</th><th>Recent</th></tr></thead>
<tbody>${instance.checks.map((check) => checkRow(check, input))}</tbody></table></div></section>`;
}

function checkRow(check: CheckView, { recent, now }: PageInput): Html {
	const { alert } = check;
	const mood = moodOf(check);
	const words =
		mood === "pending" && alert?.state.phase === "pending" ? `${alert.state.level}? ${alert.state.bad}×` : mood;
	return html`<tr><td>${badge(mood, words)}</td>
<td>${check.name}<br><small>${check.about}</small></td>
<td>${alert ? seen(check) : html`<span class="soft">no sample yet</span>`}</td>
<td class="num">${alert && lasting(alert.state.since, now)}</td>
<td class="num">${alert && ago(alert.sampledAt, now)}<br><small>${rhythm(check)}</small></td>
<td class="num">${check.durationMs !== undefined && formatDuration(check.durationMs)}</td>
<td>${sparkline(recent(check.key))}</td></tr>`;
}

function seen({ alert, muted }: CheckView): Html {
	const isBad = alert !== undefined && alert.state.phase !== "inactive";
	return html`${isBad && alert.cause && html`${alert.cause.text}<br>`}<span class="${isBad ? "" : "soft"}">${alert?.summary}</span>${
		muted && html`<br><small>nobody is told: ${muted.reason}</small>`
	}`;
}

function rhythm({ everyMs, cron }: CheckView): string {
	return everyMs === undefined ? (cron ?? "") : `every ${formatDuration(everyMs)}`;
}

/** All checks where they fit on a page; otherwise those first that are not fine. */
function pick(instances: readonly InstanceView[]): { instances: readonly InstanceView[]; leftOut: number } {
	const all = instances.flatMap(({ checks }) => checks);
	if (all.length <= MOST_ROWS) return { instances, leftOut: 0 };
	const kept = new Set(
		[...all.filter((check) => moodOf(check) !== "ok"), ...all.filter((check) => moodOf(check) === "ok")].slice(
			0,
			MOST_ROWS,
		),
	);
	return {
		instances: instances
			.map((instance) => ({ ...instance, checks: instance.checks.filter((check) => kept.has(check)) }))
			.filter(({ checks }) => checks.length > 0),
		leftOut: all.length - kept.size,
	};
}
