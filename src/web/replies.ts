import { isoTime } from "../clock.ts";
import { isOpen } from "../model/alert.ts";
import { hintFor, layerOf } from "../model/cause.ts";
import type { CheckDetailReply, CheckReply, StatusReply } from "./api.ts";
import { overviewOf } from "./overview.ts";
import { shownAddress } from "./parts.ts";
import type { ChannelView, CheckView, HealthView, ProberView, RecentSample, SinkView, StatusView } from "./view.ts";

/** The body of `/api/v1/status`. */
export function toStatusReply(status: StatusView, health: HealthView, now: number): StatusReply {
	const { headline, mood, open, checks } = overviewOf(status);
	return {
		generated_at: isoTime(now),
		headline,
		mood,
		firing: open.filter(({ state }) => state.phase === "firing").length,
		checks,
		healthy: health.ok,
		reasons: [...health.reasons],
		instances: status.instances.map((instance) => ({
			name: instance.name,
			url: shownAddress(instance.url),
			labels: { ...instance.labels },
			checks: instance.checks.map((check) => toCheckReply(instance.name, check)),
		})),
		channels: status.channels.map(toChannelReply),
		sinks: status.sinks.map(toSinkReply),
		prober: toProberReply(status.prober),
	};
}

/** The body of `/api/v1/checks/INSTANCE/CHECK`. */
export function toCheckDetailReply(
	instance: string,
	check: CheckView,
	recent: readonly RecentSample[],
): CheckDetailReply {
	return {
		...toCheckReply(instance, check),
		recent: recent.map(({ at, level, durationMs }) => ({
			at: isoTime(at),
			level,
			duration_seconds: durationMs / 1_000,
		})),
	};
}

function toCheckReply(instance: string, check: CheckView): CheckReply {
	const { alert, muted } = check;
	const reply: CheckReply = {
		instance,
		check: check.name,
		about: check.about,
		state: alert?.state.phase ?? "new",
		stale: check.isStale,
		values: { ...alert?.values },
		labels: { ...check.labels },
	};
	if (alert !== undefined) {
		reply.level = alert.level;
		reply.since = isoTime(alert.state.since);
		reply.sampled_at = isoTime(alert.sampledAt);
		reply.summary = alert.summary;
		reply.failed = [...alert.failed];
		if (alert.cause) {
			const { code, text } = alert.cause;
			reply.cause = { code, layer: layerOf(code), text, hint: hintFor(code) };
		}
		if (isOpen(alert.state)) {
			reply.incident = alert.state.incident;
			if (alert.ack) {
				const { at, author, comment } = alert.ack;
				reply.ack = { at: isoTime(at), author, comment };
			}
			reply.fired_at = isoTime(alert.state.firedAt);
		}
	}
	if (muted) {
		reply.muted = { reason: muted.reason, ...(muted.until === undefined ? {} : { until: isoTime(muted.until) }) };
	}
	if (check.durationMs !== undefined) reply.duration_seconds = check.durationMs / 1_000;
	if (check.everyMs !== undefined) reply.every_seconds = check.everyMs / 1_000;
	if (check.cron !== undefined) reply.cron = check.cron;
	if (check.advice !== undefined) reply.advice = check.advice;
	if (check.runbook !== undefined) reply.runbook = check.runbook;
	return reply;
}

function toChannelReply(channel: ChannelView): StatusReply["channels"][number] {
	const { name, type, pending, dead, sentAt, lastError, deferredUntil, disabled } = channel;
	return {
		name,
		type,
		pending,
		dead,
		...(sentAt === undefined ? {} : { sent_at: isoTime(sentAt) }),
		...(lastError === undefined ? {} : { last_error: { at: isoTime(lastError.at), text: lastError.text } }),
		...(deferredUntil === undefined ? {} : { deferred_until: isoTime(deferredUntil) }),
		...(disabled === undefined ? {} : { disabled }),
	};
}

function toSinkReply(sink: SinkView): StatusReply["sinks"][number] {
	const { name, type, queued, sent, refused, lost, sentAt, lastError, failingSince, refusals } = sink;
	return {
		name,
		type,
		pending: queued,
		sent,
		refused,
		lost,
		...(sentAt === undefined ? {} : { sent_at: isoTime(sentAt) }),
		...(lastError === undefined ? {} : { last_error: { at: isoTime(lastError.at), text: lastError.text } }),
		...(failingSince === undefined ? {} : { failing_since: isoTime(failingSince) }),
		refusals: refusals.map(({ what, since }) => ({ name: what, since: isoTime(since) })),
	};
}

function toProberReply(prober: ProberView): StatusReply["prober"] {
	const { lateness, running, waiting, stuck, started, missed } = prober.schedule;
	return {
		version: prober.version,
		started_at: isoTime(prober.startedAt),
		config_loaded_at: isoTime(prober.configLoadedAt),
		...(prober.configError === undefined ? {} : { config_error: prober.configError }),
		...(prober.store.error === undefined ? {} : { store_error: prober.store.error }),
		runs: {
			running,
			waiting,
			stuck,
			started,
			missed,
			lateness_p50_seconds: lateness.p50Ms / 1_000,
			lateness_p99_seconds: lateness.p99Ms / 1_000,
		},
		gaps: prober.gaps.map(({ at, kind, ms }) => ({ at: isoTime(at), kind, seconds: ms / 1_000 })),
		dead_letters: prober.deadLetters,
	};
}
