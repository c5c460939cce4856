import type { Timer } from "../clock.ts";
import type { Config } from "../config/alerts.ts";
import { createSchedule, type Entry, type Schedule } from "../schedule/schedule.ts";
import type { Health } from "../systemd/systemd.ts";
import { aboutOf } from "./about.ts";
import { healthLine, healthOf } from "./health.ts";
import { createHeartbeats, HEARTBEAT_LOOK_MS } from "./heartbeat.ts";
import { liveDesk } from "./live-desk.ts";
import { lockStore } from "./lock-store.ts";
import { createParts, type Parts, type Surroundings } from "./parts.ts";
import { reportsOf } from "./reports.ts";
import { createResend, RESEND_LOOK_MS } from "./resend.ts";
import { lookAtSelf, SELF, SELF_EVERY_MS } from "./self.ts";
import { createSinks } from "./sinks.ts";
import { openSockets, type Sockets } from "./sockets.ts";
import { webViewOf } from "./view.ts";

/** How many probes are in flight at a time. */
const IN_FLIGHT = 50;
/** How often old samples, transitions and messages are removed, ms, and how long each short step rests. */
const PRUNE_EVERY_MS = 3_600_000;
const PRUNE_REST_MS = 20;
/** Of the time that a stop may take, this share is kept for delivering what is due. */
const DRAIN_SHARE = 0.4;
/** Sinks may send what they hold for this long when the program stops, ms. */
const SINKS_MS = 2_000;

/** The long-running program. */
export interface App {
	/** Starts everything; resolves when it runs. */
	start(): Promise<{ readonly url?: string }>;
	/** Swaps the configuration while running. Throws, with nothing changed, where that is impossible. */
	reload(config: Config): void;
	/** Notes that a newer configuration was refused, for the page. */
	refuse(reason: string): void;
	/** Whether the program does its work, why not, and in one line what it does. */
	health(): Health;
	/** Ends within `deadlineMs`, even when a probe hangs: no new looks, then due messages, then the rest. */
	stop(deadlineMs: number): Promise<void>;
}

/** What runs here, for the page and the metrics. */
export interface Versions {
	readonly version: string;
	readonly nodeVersion: string;
	readonly pid: number;
}

/** Another process works on the same store. */
export class StoreBusyError extends Error {}

/**
 * Builds the daemon: every part once, in the order in which they need each other. Stopping goes the same way back.
 *
 * @throws StoreBusyError where another process works on the same store
 */
export function createApp(config: Config, around: Surroundings, versions: Versions): App {
	const { clock, log } = around;
	const lock = lockStore(config.store.path, log);
	if (!lock) throw new StoreBusyError(`another dss-probe works on ${config.store.path}`);

	const stopping = new AbortController();
	const parts: Parts = createParts(config, around, (key, inMs) => schedule.soon(key, inMs), false);
	const schedule: Schedule = createSchedule({
		clock,
		log,
		limits: { inFlight: IN_FLIGHT },
		...(around.beats && { beats: around.beats }),
		async run(key) {
			if (!(await parts.run(key, stopping.signal))) return;
			heartbeats.looked(key);
			sinks.looked(key);
		},
		onGap({ kind, ms }) {
			parts.counters.gap({ at: clock.now(), kind, ms });
			if (kind !== "clock_back" && kind !== "clock_forward") return;
			const set = kind === "clock_back" ? -ms : ms;
			parts.settle();
			parts.notifier.clockSet(set);
			parts.pipeline.clockSet(set);
		},
	});
	const heartbeats = createHeartbeats({ parts, clock, log, stop: stopping.signal });
	const reports = reportsOf(parts);
	const sinks = createSinks({ reports, clock, log, random: around.random });
	const resend = createResend(parts, clock);
	const timers = new Set<Timer>();
	const startedAt = clock.now();
	let configState: { loadedAt: number; error?: string } = { loadedAt: startedAt };
	let web: { close(): Promise<void> } | undefined;
	let sockets: Sockets | undefined;
	const desk = liveDesk(parts, clock);
	const about = () => aboutOf(parts, { ...versions, startedAt, config: configState });

	const every = (ms: number, act: () => void): void => {
		let timer: Timer | undefined;
		const again = (): void => {
			if (timer) timers.delete(timer);
			if (stopping.signal.aborted) return;
			timer = clock.after(
				ms,
				() => {
					act();
					again();
				},
				{ background: true },
			);
			timers.add(timer);
		};
		again();
	};

	const prune = async (): Promise<void> => {
		const { keep, max_samples: most } = parts.config().store;
		const steps = parts.keeper.read((store) => store.prune(clock.now() - keep, most)[Symbol.iterator]());
		while (steps && !stopping.signal.aborted) {
			const step = parts.keeper.read(() => steps.next());
			if (!step || step.done) return;
			await clock.sleep(PRUNE_REST_MS);
		}
	};

	const applySchedule = (from: Config): void => {
		heartbeats.use(from);
		sinks.use(from);
		schedule.replace(from.checks.map(entryOf));
		parts.counters.only(new Set(from.checks.map(({ key }) => key)));
	};

	const health = (): Health => ({ ...healthOf({ parts, schedule, clock }), line: healthLine({ parts }) });

	const openWeb = async (options: NonNullable<Config["web"]>): Promise<{ readonly url: string }> => {
		// The web server is a third of the program's start; a daemon without a page does not load it.
		const { createWeb } = await import("../web/server.ts");
		const opened = createWeb({
			options,
			view: webViewOf({
				parts,
				reports,
				sinks,
				schedule,
				clock,
				...versions,
				startedAt,
				configState: () => configState,
			}),
			desk,
			clock,
			log,
		});
		web = opened;
		return await opened.listen();
	};

	return {
		async start() {
			parts.use(config, [SELF]);
			applySchedule(config);
			every(SELF_EVERY_MS, () => lookAtSelf(parts, sinks.all(), schedule.stats().stuck, clock));
			every(1_000, () => parts.keeper.flush());
			every(RESEND_LOOK_MS, resend.look);
			every(HEARTBEAT_LOOK_MS, heartbeats.look);
			every(PRUNE_EVERY_MS, () => void prune());
			const opened = config.web && (await openWeb(config.web));
			sockets = await openSockets({ config, desk, reports, health, about, log });
			return opened ?? {};
		},
		reload(next) {
			parts.use(next, [SELF]);
			applySchedule(next);
			configState = { loadedAt: clock.now() };
			const isMoved = next.answers.socket !== config.answers.socket || next.answers.group !== config.answers.group;
			if (next.store.path !== config.store.path || next.web?.listen !== config.web?.listen || isMoved) {
				const text = "store, web.listen and answers are read at the start only: restart dss-probe to change them";
				log.warn({}, text);
			}
		},
		refuse(reason) {
			configState = { ...configState, error: reason };
		},
		health,
		async stop(deadlineMs) {
			const end = clock.monotonic() + deadlineMs;
			const left = () => Math.max(0, end - clock.monotonic());
			stopping.abort();
			sockets?.close();
			await schedule.stop(deadlineMs * (1 - DRAIN_SHARE));
			for (const timer of timers) timer.cancel();
			parts.pipeline.stop();
			parts.settle();
			await Promise.all([parts.notifier.drain(left()), sinks.stop(Math.min(left(), SINKS_MS))]);
			parts.notifier.stop();
			await web?.close();
			parts.keeper.close();
			lock.release();
		},
	};
}

/** A check as far as the schedule cares. */
function entryOf({ key, timing, timeoutMs, exclusive }: Config["checks"][number]): Entry {
	return { key, timing, timeoutMs, ...(exclusive !== undefined && { exclusive }) };
}
