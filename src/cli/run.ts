import { createApp, StoreBusyError } from "../app/app.ts";
import { loadConfig } from "../config/load.ts";
import type { Log, LogLevel } from "../log.ts";
import type { Transition } from "../model/alert.ts";
import { learningRedactor } from "../model/secret.ts";
import { ListenError } from "../web/listen-error.ts";
import { surroundings } from "./around.ts";
import { configFile } from "./config-file.ts";
import { EXIT, UserError } from "./exit.ts";
import type { Io, Verb } from "./io.ts";
import { keepMemorySmall } from "./memory.ts";
import { explainRefusal, requireConfig } from "./source.ts";
import { openSupervision } from "./supervision.ts";
import { programVersion } from "./version.ts";

export interface RunOptions {
	readonly config?: string;
	readonly logLevel: LogLevel;
	/** How long a stop may take, ms. */
	readonly stopWithinMs: number;
}

/**
 * `run`: the daemon. SIGTERM and SIGINT end it within `stopWithinMs`, a second one at once; SIGHUP reads the configuration
 * again and swaps it only if it holds in every respect.
 */
export const run: Verb<RunOptions> = async (options, io) => {
	const file = configFile(options.config, io.env);
	// Heard from the beginning: a canary may be under way before the page is.
	const asked = stopSignal(io);
	const daemon = await startDaemon(file, options, io);
	const reason = await asked;
	daemon.log.info({ signal: reason }, "stopping");
	await daemon.stop();
	daemon.log.info({}, "stopped");
	return EXIT.ok;
};

/** A running daemon and how to end it. */
export interface Daemon {
	readonly log: Log;
	readonly url?: string;
	stop(): Promise<void>;
}

/** Reads the configuration, starts the program, and reloads it on SIGHUP. */
export async function startDaemon(file: string, options: RunOptions, io: Io, env: Io["env"] = io.env): Promise<Daemon> {
	keepMemorySmall();
	const config = requireConfig(file, { ...io, env });
	const { redact, learn } = learningRedactor(config.secrets);
	io.hide?.(redact);
	const around = surroundings(io, options.logLevel, () => redact);
	const { log } = around;
	const app = buildApp();
	const { url } = await app.start().catch(async (error: Error) => {
		await app.stop(options.stopWithinMs);
		// Anything else that goes wrong is our own fault.
		if (!(error instanceof ListenError)) throw error;
		throw new UserError(`dss-probe: ${error.message}`, EXIT.unavailable);
	});
	const supervision = await openSupervision({ io, log, clock: around.clock, health: () => app.health() });
	const checks = config.checks.length;
	supervision?.ready();
	log.info({ config: file, checks, instances: config.instances.size, ...(url && { url }) }, "watching");
	const undo = io.onSignal("SIGHUP", () => {
		supervision?.reloading();
		// Not as an argument: without a supervisor it would not be evaluated, and nothing would be reloaded.
		const isInForce = reload();
		supervision?.reloaded(isInForce ? undefined : "a new configuration was refused, see the log");
	});
	return {
		log,
		...(url !== undefined && { url }),
		async stop() {
			undo();
			supervision?.stopping();
			await app.stop(options.stopWithinMs);
			await supervision?.close();
		},
	};

	function buildApp() {
		try {
			const versions = { version: programVersion(), nodeVersion: process.versions.node, pid: process.pid };
			return createApp(config, { ...around, onTransition: (transition) => tell(log, transition) }, versions);
		} catch (error) {
			if (error instanceof StoreBusyError) throw new UserError(`dss-probe: ${error.message}`, EXIT.unavailable);
			throw error;
		}
	}

	/** @returns whether the new configuration is in force */
	function reload(): boolean {
		const loaded = loadConfig(file, { env });
		if (!loaded.ok) {
			const reason = explainRefusal(file, loaded, { ...io.terminal, paint: (_style, text) => text });
			log.error({ config: file, problems: reason }, "the new configuration is wrong; going on with the old one");
			app.refuse(reason);
			return false;
		}
		try {
			// While both are in use, neither's secrets may show.
			learn(loaded.config.secrets);
			app.reload(loaded.config);
			log.info({ config: file, checks: loaded.config.checks.length }, "configuration reloaded");
			return true;
		} catch (error) {
			log.error(
				{ config: file, error: String(error) },
				"the new configuration cannot be used; going on with the old one",
			);
			app.refuse(String(error));
			return false;
		}
	}
}

function tell(log: Log, { key, change, level, cause, reason }: Transition): void {
	const say = change === "fired" || change === "worsened" ? log.warn : log.info;
	say.call(log, { check: key, change, verdict: level, ...(cause && { cause: cause.text }), reason }, `alert ${change}`);
}

/** Waits for the first signal to stop, and tells which it was; a second one ends the process at once. */
export function stopSignal(io: Io): Promise<string> {
	const { promise, resolve } = Promise.withResolvers<string>();
	let asked = false;
	for (const name of ["SIGTERM", "SIGINT"] as const) {
		io.onSignal(name, () => {
			if (asked) io.exit(EXIT.software);
			asked = true;
			resolve(name);
		});
	}
	return promise;
}
