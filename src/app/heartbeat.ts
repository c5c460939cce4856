import { type Clock, isoTime } from "../clock.ts";
import type { Config } from "../config/alerts.ts";
import type { Check } from "../config/checks.ts";
import { longestGap } from "../config/gaps.ts";
import type { Log } from "../log.ts";
import { formatDuration } from "../model/duration.ts";
import { createHeartbeat, type Heartbeat } from "../notify/heartbeat.ts";
import type { Parts } from "./parts.ts";
import { stuckChannels } from "./self.ts";

/** How often it is looked at whether a heartbeat is due, ms. */
export const HEARTBEAT_LOOK_MS = 1_000;
/** A ping that failed is tried again after so long, ms, or at its interval where that is shorter. */
const RETRY_MS = 10_000;
/** A check may be later than its interval and its timeout by this, ms. */
const PATIENCE_MS = 15_000;

interface Beat {
	readonly heartbeat: Heartbeat;
	/** When the newest ping began that arrived. Like all times here, ms of a clock that never jumps. */
	pingedAt: number | undefined;
	nextAt: number;
	isPinging: boolean;
	/** Why it is withheld, as it was logged. */
	withheld: string | undefined;
}

export interface HeartbeatDeps {
	readonly parts: Pick<Parts, "keeper" | "notifier" | "remember">;
	readonly clock: Clock;
	readonly log: Log;
	readonly stop: AbortSignal;
}

/**
 * Pings the heartbeats (dead man's switches) as long as the program does its work from end to end: it looks at every
 * check, can write its memory, and every channel takes messages. Otherwise it withholds them, and whoever waits for them
 * raises the alarm.
 */
export function createHeartbeats({ parts, clock, log, stop }: HeartbeatDeps) {
	let beats: Beat[] = [];
	let checks: readonly Check[] = [];
	/** When each check was looked at last, and since when it is known. */
	const looks = new Map<string, number>();
	const known = new Map<string, number>();

	/** What keeps a heartbeat from being pinged now, in words. */
	const whyNot = ({ heartbeat, pingedAt }: Beat, now: number): string | undefined => {
		for (const check of checks) {
			const { key, timing, timeoutMs } = check;
			const gapMs = "every" in timing ? timing.every : longestGap(timing.cron, timing.timezone);
			const look = looks.get(key);
			const late = now - (look ?? known.get(key) ?? now);
			if (late > gapMs + timeoutMs + PATIENCE_MS) return `${key} was not looked at for ${formatDuration(late)}`;
			// What is due less often than the heartbeat cannot have been looked at since every ping.
			const isOften = gapMs + timeoutMs <= heartbeat.everyMs;
			if (isOften && (look === undefined || (pingedAt !== undefined && look < pingedAt))) {
				return `${key} was not looked at since the last ping`;
			}
		}
		const [stuck] = stuckChannels(parts.notifier);
		if (stuck) return `channel ${stuck.channel} takes no messages: ${stuck.error}`;
		return storeFault(parts, clock);
	};

	const ping = async (beat: Beat): Promise<void> => {
		const { heartbeat } = beat;
		const began = clock.monotonic();
		beat.isPinging = true;
		const outcome = await heartbeat.ping({ signal: stop, clock });
		beat.isPinging = false;
		if (stop.aborted) return;
		if (outcome.result === "sent") {
			beat.pingedAt = began;
			beat.nextAt = began + heartbeat.everyMs;
			return;
		}
		beat.nextAt = clock.monotonic() + Math.min(heartbeat.everyMs, RETRY_MS);
		log.warn({ channel: heartbeat.name, error: "error" in outcome ? outcome.error : "" }, "a heartbeat did not arrive");
	};

	return {
		/** Begins with, or swaps to, the heartbeats and checks of a configuration. */
		use(config: Config): void {
			const now = clock.monotonic();
			const before = new Map(beats.map((beat) => [beat.heartbeat.name, beat]));
			beats = heartbeatsOf(config).map((heartbeat) => {
				const { pingedAt, nextAt = now } = before.get(heartbeat.name) ?? {};
				return { heartbeat, pingedAt, nextAt, isPinging: false, withheld: undefined };
			});
			checks = config.checks;
			for (const { key } of checks) known.set(key, known.get(key) ?? now);
		},
		/** A check was looked at. */
		looked(key: string): void {
			looks.set(key, clock.monotonic());
		},
		/** Pings what is due. */
		look(): void {
			const now = clock.monotonic();
			for (const beat of beats) {
				if (beat.isPinging || now < beat.nextAt) continue;
				const why = whyNot(beat, now);
				const channel = beat.heartbeat.name;
				if (why === undefined) {
					if (beat.withheld !== undefined) log.info({ channel }, "the heartbeat goes on");
					beat.withheld = undefined;
					void ping(beat);
				} else if (beat.pingedAt !== undefined && beat.withheld === undefined) {
					beat.withheld = why;
					log.warn({ channel, reason: why }, "the heartbeat is withheld");
				}
			}
		},
	};
}

/** Pings every heartbeat once, after a run that looked at everything. */
export async function pingAll(config: Config, { parts, clock, log, stop }: HeartbeatDeps): Promise<void> {
	const [stuck] = stuckChannels(parts.notifier);
	const why = stuck ? `channel ${stuck.channel} takes no messages: ${stuck.error}` : storeFault(parts, clock);
	await Promise.all(
		heartbeatsOf(config).map(async (heartbeat) => {
			const channel = heartbeat.name;
			if (why !== undefined) {
				log.warn({ channel, reason: why }, "the heartbeat is withheld");
				return;
			}
			const outcome = await heartbeat.ping({ signal: stop, clock });
			if ("error" in outcome) log.warn({ channel, error: outcome.error }, "a heartbeat did not arrive");
		}),
	);
}

function heartbeatsOf({ channels }: Config): Heartbeat[] {
	return [...channels].flatMap(([name, options]) =>
		options.type === "heartbeat" ? [createHeartbeat(name, options)] : [],
	);
}

/** What is wrong with the store, found out by writing to it. */
function storeFault({ keeper, remember }: HeartbeatDeps["parts"], clock: Clock): string | undefined {
	remember({ notes: [{ key: "heartbeat", value: isoTime(clock.now()) }] });
	const fault = keeper.fault();
	return fault === undefined ? undefined : `the store cannot be written: ${fault}`;
}
