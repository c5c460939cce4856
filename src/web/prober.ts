import { type Html, html } from "../html.ts";
import { formatDuration } from "../model/duration.ts";
import { ago, badge, lasting } from "./parts.ts";
import type { ChannelView, ProberView, SinkView } from "./view.ts";

/** Names that a row shows; the JSON has them all. */
const MOST_REFUSALS = 10;

/** Who is told, and whether they can be. */
export function channelSection(channels: readonly ChannelView[], now: number): Html {
	return html`<section><h2>Channels</h2><div class="scroll"><table>
<thead><tr><th>State</th><th>Channel</th><th class="num">Waiting</th><th class="num">Given up</th><th class="num">Last sent</th><th>Last error</th></tr></thead>
<tbody>${channels.map((channel) => channelRow(channel, now))}</tbody></table></div></section>`;
}

function channelRow(channel: ChannelView, now: number): Html {
	const { lastError, sentAt } = channel;
	const isFailing = lastError !== undefined && (sentAt === undefined || lastError.at > sentAt);
	return html`<tr><td>${channel.disabled !== undefined ? badge("critical", "disabled") : isFailing ? badge("warning", "failing") : badge("ok")}</td>
<td>${channel.name}<br><small>${channel.type}</small></td><td class="num">${channel.pending}</td><td class="num">${channel.dead}</td>
<td class="num">${sentAt === undefined ? "never" : ago(sentAt, now)}</td>
<td>${lastError && html`${lastError.text} <small>${ago(lastError.at, now)}</small>`}${
		channel.deferredUntil !== undefined &&
		channel.deferredUntil > now &&
		html`<br><small>asked to wait another ${formatDuration(channel.deferredUntil - now)}</small>`
	}${channel.disabled !== undefined && html`<br><small>disabled until a reload: ${channel.disabled}</small>`}</td></tr>`;
}

/** Where every result goes, and whether it arrives. */
export function sinkSection(sinks: readonly SinkView[], now: number): Html {
	return html`<section><h2>Sinks</h2><div class="scroll"><table>
<thead><tr><th>State</th><th>Sink</th><th class="num">Waiting</th><th class="num">Sent</th><th class="num">Refused</th><th class="num">Lost</th><th class="num">Last sent</th><th>Trouble</th></tr></thead>
<tbody>${sinks.map((sink) => sinkRow(sink, now))}</tbody></table></div></section>`;
}

function sinkRow(
	{ name, type, queued, sent, refused, lost, sentAt, lastError, failingSince, refusals }: SinkView,
	now: number,
): Html {
	const state =
		failingSince !== undefined
			? badge("critical", "failing")
			: refusals.length > 0
				? badge("warning", "refused")
				: badge("ok");
	const more = refusals.length - MOST_REFUSALS;
	return html`<tr><td>${state}</td><td>${name}<br><small>${type}</small></td><td class="num">${queued}</td>
<td class="num">${sent}</td><td class="num">${refused}</td><td class="num">${lost}</td>
<td class="num">${sentAt === undefined ? "never" : ago(sentAt, now)}</td>
<td>${lastError && html`${lastError.text} <small>${ago(lastError.at, now)}</small>`}${refusals
		.slice(0, MOST_REFUSALS)
		.map(({ what, since }) => html`<br>refuses ${what} <small>${ago(since, now)}</small>`)}${
		more > 0 && html`<br><small>and ${more} more</small>`
	}</td></tr>`;
}

/** The prober's own health. */
export function proberSection(prober: ProberView, now: number): Html {
	const { schedule, store, gaps } = prober;
	const lastGap = gaps.at(-1);
	return html`<section><h2>This prober</h2><dl>
${row("Version", prober.version)}
${row("Running for", lasting(prober.startedAt, now))}
${row("Configuration", prober.configError === undefined ? html`read ${ago(prober.configLoadedAt, now)}` : html`${badge("warning", "newest refused")} ${prober.configError}`)}
${row("Store", store.error === undefined ? html`${store.file}` : html`${badge("critical", "failing")} ${store.error}`)}
${row("Runs", `${schedule.running} in flight, ${schedule.waiting} waiting, ${schedule.stuck} stuck`)}
${row("Started late by", `${formatDuration(schedule.lateness.p50Ms)} (median), ${formatDuration(schedule.lateness.p99Ms)} (p99)`)}
${row("Missed", `${schedule.missed} of ${schedule.started + schedule.missed} due moments`)}
${row("Time gaps", lastGap ? html`${lastGap.kind.replace("_", " ")} for ${formatDuration(lastGap.ms)}, ${ago(lastGap.at, now)}` : "none")}
${row("Messages given up", String(prober.deadLetters))}
</dl></section>`;
}

function row(name: string, value: Html | string): Html {
	return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}
