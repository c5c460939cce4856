import type { Clock, Timer } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Send } from "./send.ts";

/** How the program is, told in one short line; `reasons` say why it does not work. */
export interface Health {
	readonly ok: boolean;
	readonly reasons: readonly string[];
	readonly line: string;
}

/** Keeps systemd informed about the service. Nothing here throws or waits, but for `close`. */
export interface Supervision {
	/** The service does its work. From now on the watchdog hears of it, as long as that is so. */
	ready(): void;
	/** The configuration is read again; `reloaded` follows. */
	reloading(): void;
	reloaded(remark?: string): void;
	/** No new work is begun. */
	stopping(): void;
	/** Resolves when all was told, or could not be. */
	close(): Promise<void>;
}

export interface SupervisionDeps {
	readonly send: Send;
	/** Without a sign of life for so long systemd restarts the service, ms. */
	readonly watchdogMs?: number;
	/** The system's CLOCK_MONOTONIC, whole microseconds: systemd tells by it which reload is meant. */
	monotonicUs(): bigint;
	health(): Health;
	readonly clock: Clock;
	readonly log: Log;
}

/** Where no watchdog is set, the line that `systemctl status` shows is renewed this often, ms. */
const STATUS_EVERY_MS = 30_000;

/**
 * Tells systemd of every step in the life of the service (sd_notify(3)), one message after the other. The watchdog hears of
 * the program twice in its period, and only while the schedule makes progress: a timer that rings proves no more than that
 * timers ring.
 */
export function createSupervision({ send, watchdogMs, monotonicUs, health, clock, log }: SupervisionDeps): Supervision {
	let queue: Promise<void> = Promise.resolve();
	let waiting = 0;
	let timer: Timer | undefined;
	let isClosed = false;
	let lastLine = "";
	let hasComplained = false;

	const tell = (...assignments: readonly string[]): void => {
		waiting++;
		queue = queue.then(async () => {
			const failure = await send(assignments);
			waiting--;
			if (failure === undefined || hasComplained) return;
			hasComplained = true;
			log.warn({ error: failure }, "systemd cannot be told how the service is");
		});
	};

	const status = (line: string): string => {
		lastLine = line;
		return `STATUS=${line.replace(/\s+/g, " ")}`;
	};

	const beat = (): void => {
		timer = clock.after(watchdogMs === undefined ? STATUS_EVERY_MS : watchdogMs / 2, beat, { background: true });
		// Whoever does not get rid of its messages need not pile them up.
		if (waiting > 0) return;
		const { ok, reasons, line } = health();
		const words = ok ? line : `does not work: ${reasons.join("; ")}`;
		const news = words === lastLine ? [] : [status(words)];
		const alive = ok && watchdogMs !== undefined ? ["WATCHDOG=1"] : [];
		if (alive.length + news.length > 0) tell(...alive, ...news);
	};

	return {
		ready() {
			tell("READY=1", status(health().line));
			timer?.cancel();
			beat();
		},
		reloading() {
			tell("RELOADING=1", `MONOTONIC_USEC=${monotonicUs()}`, status("reads its configuration again"));
		},
		reloaded(remark) {
			tell("READY=1", status([health().line, remark].filter(Boolean).join("; ")));
		},
		stopping() {
			if (isClosed) return;
			isClosed = true;
			timer?.cancel();
			tell("STOPPING=1", status("stops: delivers what is due"));
		},
		async close() {
			timer?.cancel();
			await queue;
		},
	};
}
