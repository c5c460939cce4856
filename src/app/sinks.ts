import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/alerts.ts";
import type { Log } from "../log.ts";
import { Secret } from "../model/secret.ts";
import { masterJson } from "../report/master.ts";
import type { SinkSettings } from "../sinks/options.ts";
import type { Sink } from "../sinks/sink.ts";
import { createSink } from "../sinks/sinks.ts";
import type { Reports } from "./reports.ts";

/** A sink that is taken away may send what it holds for this long, ms. */
const LEAVE_MS = 5_000;

export interface SinksDeps {
	readonly reports: Reports;
	readonly clock: Clock;
	readonly log: Log;
	readonly random: () => number;
}

/** The sinks of the configuration in force. */
export interface Sinks {
	/** Begins with, or swaps to, the sinks of a configuration; one whose options stay goes on with what it holds. */
	use(config: Pick<Config, "sinks" | "instances">): void;
	/** A check was looked at, and judged. */
	looked(key: string): void;
	all(): Iterable<Sink>;
	/** Sends what waits, ends within the time, and says what was lost. */
	stop(withinMs: number): Promise<void>;
}

export function createSinks({ reports, clock, log, random }: SinksDeps): Sinks {
	let sinks = new Map<string, { readonly sink: Sink; readonly settings: SinkSettings }>();

	let instances: Config["instances"] = new Map();

	const open = (name: string, settings: SinkSettings): Sink =>
		createSink(name, settings, {
			clock,
			log,
			random,
			instances: reports.instances,
			labels: (instance) => instances.get(instance)?.labels ?? {},
			report: (instance) => reports.report(instance),
			master: masterJson,
		});

	const leave = async (sink: Sink, withinMs: number): Promise<void> => {
		await sink.flush(withinMs);
		sink.close();
		const { queued } = sink.figures();
		if (queued > 0) log.warn({ sink: sink.name, lost: queued }, "values that nobody took in time are lost");
	};

	return {
		use(config) {
			instances = config.instances;
			const before = sinks;
			sinks = new Map();
			for (const [name, settings] of config.sinks) {
				const old = before.get(name);
				const stays = old !== undefined && isDeepStrictEqual(inClear(old.settings), inClear(settings));
				sinks.set(name, stays ? old : { sink: open(name, settings), settings });
			}
			for (const [name, { sink }] of before) {
				if (sinks.get(name)?.sink !== sink) void leave(sink, LEAVE_MS);
			}
		},
		looked(key) {
			if (sinks.size === 0) return;
			const report = reports.check(key);
			if (report) for (const { sink } of sinks.values()) sink.offer(report);
		},
		*all() {
			for (const { sink } of sinks.values()) yield sink;
		},
		async stop(withinMs) {
			await Promise.all([...sinks.values()].map(({ sink }) => leave(sink, withinMs)));
		},
	};
}

/** Options with their secrets readable: two secrets look alike to whoever compares them from outside. */
function inClear(options: unknown): unknown {
	if (options instanceof Secret) return options.reveal();
	if (Array.isArray(options)) return options.map(inClear);
	if (typeof options !== "object" || options === null) return options;
	return Object.fromEntries(Object.entries(options).map(([key, value]) => [key, inClear(value)]));
}
