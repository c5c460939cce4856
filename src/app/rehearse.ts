import type { Config } from "../config/alerts.ts";
import type { Timeline } from "../config/timeline.ts";
import type { Alert } from "../model/alert.ts";
import { circlesOf, isCalm, noteLook } from "./rehearse-calm.ts";
import { type Course, courseOf, firstAfter, lastUntil, type Span, spansOf, windowBounds } from "./rehearse-course.ts";
import { type Dues, duesOf } from "./rehearse-dues.ts";
import { type Actor, actorOf, type Outcome, outcomeOf } from "./rehearse-samples.ts";
import { createStage, type Rehearsal } from "./rehearse-stage.ts";

/** A check on the stage. */
interface Player extends Actor {
	readonly dues: Dues;
	readonly course: Course<Outcome>;
	timer?: { cancel(): void };
	/** What the newest look found, and when it began. */
	seen?: Outcome;
	seenAt: number;
	isRunning: boolean;
}

/**
 * Plays a timeline against a configuration with the program's own parts, in virtual time. Nothing is probed, nothing
 * leaves.
 *
 * @param options.isThorough takes every look, also those that would change nothing
 */
export async function rehearse(
	config: Config,
	timeline: Timeline,
	options: { readonly isThorough?: boolean } = {},
): Promise<Rehearsal> {
	const { from } = timeline;
	const to = from + timeline.for;
	const spans = spansOf(timeline);
	const deadChannels = new Map(
		[...config.channels.keys()].map((name) => {
			const own = spans.filter(({ event }) => event.dead_channel === name);
			return [name, courseOf(false, own, () => true)];
		}),
	);
	const stage = createStage(
		config,
		from,
		(channel, at) => deadChannels.get(channel)?.at(at) === true,
		(key, inMs) => {
			const player = players.get(key);
			if (!player) return;
			player.dues.ask(clock.monotonic() + inMs);
			arm(player);
		},
	);
	const { clock, parts } = stage;
	const players = new Map<string, Player>(
		config.checks.map((check) => {
			const actor = actorOf(check, timeline.usual[check.key]);
			const own = spans.filter(({ event }) => event.check === check.key || event.instance === check.instance.name);
			const course = courseOf(actor.usual, own, (event) => outcomeOf(actor, event));
			return [check.key, { ...actor, course, dues: duesOf(check, from), isRunning: false, seenAt: 0 }];
		}),
	);
	const silences = spans.flatMap(({ event, from, to }) => (event.silence ? [from, to] : []));
	const bounds = [...silences, ...windowBounds(config.maintenance, from, to)].sort((a, b) => a - b);
	const circles = circlesOf(config.checks);
	let looks = 0;

	function arm(player: Player): void {
		player.timer?.cancel();
		const next = player.dues.next();
		if (next < Number.POSITIVE_INFINITY) player.timer = clock.after(next - clock.monotonic(), () => ring(player));
	}

	function ring(player: Player): void {
		if (player.dues.take(clock.monotonic(), player.isRunning) !== undefined) look(player);
		arm(player);
	}

	function look(player: Player): void {
		const { check, course } = player;
		const startedAt = clock.now();
		const outcome = course.at(startedAt);
		player.isRunning = true;
		player.seen = outcome;
		player.seenAt = startedAt;
		looks++;
		clock.after(Math.min(outcome.durationMs, check.timeoutMs), () => {
			player.isRunning = false;
			const before = parts.ledger.alert(check.key);
			parts.pipeline.take(check.key, { startedAt, ...outcome });
			if (!options.isThorough) leaveOut(check.key, before);
		});
	}

	/** Goes on with the last looks before something happens, once all who bear on each other are at rest. */
	function leaveOut(key: string, before: Alert | undefined): void {
		const circle = circles.get(key);
		if (!circle) return;
		noteLook(circle, key, before, parts.ledger.alert(key));
		if (!isCalm(circle)) return;
		const members = circle.members.map((member) => players.get(member) as Player);
		const now = clock.now();
		const bound = lastUntil(bounds, now);
		// Everyone has seen what holds now, and nothing else is to come before the next turn of events.
		const isReady = ({ dues, isRunning, seen, seenAt, course }: Player) =>
			!isRunning && !dues.isAsked() && seen === course.at(now) && seenAt >= bound;
		if (!members.every(isReady)) return;
		const moment = Math.min(to, firstAfter(bounds, now), ...members.map(({ course }) => course.next(now)));
		for (const member of members) {
			member.dues.skipTo(moment - from);
			arm(member);
		}
		circle.calm.clear();
	}

	/** What people do. */
	function act(span: Span): void {
		const { silence, ack } = span.event;
		const by = { author: "timeline", comment: "rehearsed" };
		if (silence) {
			const id = `${span.from} ${JSON.stringify(silence)}`;
			parts.pipeline.silence({ id, match: silence, from: span.from, until: span.to, ...by, createdAt: span.from });
		}
		if (ack !== undefined) parts.pipeline.acknowledge(ack, by.author, by.comment);
	}

	parts.use({ ...config, checks: [...players.values()].map(({ check }) => check) }, []);
	for (const span of spans) {
		if (span.event.silence || span.event.ack !== undefined) clock.after(span.from - from, () => act(span));
	}
	for (const player of players.values()) arm(player);
	await stage.advance(timeline.for);
	const notes = [...players.values()].flatMap(({ check, untold }) =>
		untold.map((rule) => `${check.key}: not judged, as the timeline says nothing of it: ${rule}`),
	);
	return { from, to, ...stage.end(), notes, looks };
}
