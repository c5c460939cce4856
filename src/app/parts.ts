import { type Clock, isoTime } from "../clock.ts";
import type { Config } from "../config/alerts.ts";
import type { Check } from "../config/checks.ts";
import type { Host } from "../host/host.ts";
import type { Log } from "../log.ts";
import type { Transition } from "../model/alert.ts";
import type { AlertSnapshot } from "../model/notification.ts";
import type { Sample } from "../model/sample.ts";
import { type Redact, redactor } from "../model/secret.ts";
import type { Verdict } from "../model/verdict.ts";
import type { Channel } from "../notify/channel.ts";
import { type createChannel, createNotifier } from "../notify/notify.ts";
import { createPipeline, type Pipeline } from "../pipeline/pipeline.ts";
import type { HandOver } from "../pipeline/telling.ts";
import type { Watched } from "../pipeline/watched.ts";
import { probe } from "../probe/probe.ts";
import type { Beats } from "../schedule/beats.ts";
import { createKeeper, type Keeper } from "../store/keeper.ts";
import { createLedger, type Ledger } from "../store/ledger.ts";
import type { Change, Store } from "../store/store.ts";
import { buildChannels } from "./channels.ts";
import { type Counters, createCounters } from "./counters.ts";
import { createOutbox, toldBy } from "./outbox.ts";
import { createTogether } from "./together.ts";

/** What the parts need from outside. */
export interface Surroundings {
	readonly clock: Clock;
	readonly log: Log;
	/** From 0 up to, but not including, 1. */
	readonly random: () => number;
	/** Reads a text file that the configuration names. */
	readonly readText: (path: string) => string;
	/** Told of every state change, as it happens. */
	readonly onTransition?: (transition: Transition) => void;
	/** Who rings for the schedule; bree, unless time itself is played. */
	readonly beats?: Beats;
	/** Builds channels; the real ones, unless delivery itself is played. */
	readonly createChannel?: typeof createChannel;
	/** Opens the database; the real one, unless a story keeps it over several lives. */
	readonly openStore?: (path: string, waitMs?: number) => Store;
	/** The machine that checks of the host look at; this one, unless a story makes one up. */
	readonly host?: Host;
}

/** The parts that a daemon and a single run have in common, built and connected. */
export interface Parts {
	readonly keeper: Keeper;
	readonly ledger: Ledger;
	readonly pipeline: Pipeline;
	readonly notifier: ReturnType<typeof createNotifier>;
	readonly counters: Counters;
	/** Keeps a change in memory and on disk. */
	remember(change: Change): void;
	/** The configuration in force. */
	config(): Config;
	/** The channels in force, by name. */
	channels(): ReadonlyMap<string, Channel>;
	redact(): Redact;
	/** Stores and hands over at once what would wait for the end of this turn. */
	settle(): void;
	/** Swaps the configuration. Throws, with nothing changed, where a channel cannot be built. */
	use(config: Config, more: readonly Watched[]): void;
	/** Measures a check once and leads the sample through all stages. */
	run(key: string, signal: AbortSignal): Promise<{ readonly sample: Sample; readonly verdict: Verdict } | undefined>;
}

/**
 * Builds the parts from the inside out: memory, delivery, pipeline.
 *
 * @param look asks for a quicker look at a check
 * @param deferred whether decisions wait for `pipeline.settle()`
 */
export function createParts(
	first: Config,
	around: Surroundings,
	look: (key: string, inMs: number) => void,
	deferred: boolean,
): Parts {
	const { clock, log } = around;
	let config = first;
	let redact = redactor(first.secrets);
	let checks = new Map<string, Check>();
	const counters = createCounters();

	const keeper = createKeeper({
		path: first.store.path,
		clock,
		log,
		snapshot: () => ledger.snapshot(),
		late: (stored) => {
			notifier.accept(ledger.adopt(stored), { restored: true });
			pipeline.reconsider();
		},
		...(around.openStore && { open: around.openStore }),
	});
	const ledger = createLedger(keeper.load());
	const remember = (change: Change): void => {
		together.store();
		ledger.apply(change);
		keeper.commit(change);
	};

	const outbox = createOutbox({ ledger, keeper, counters, clock, remember, update: (one) => notifier.update(one) });

	const notifier = createNotifier({
		channels: new Map(),
		outbox,
		clock,
		log,
		random: around.random,
		// What was over before it was handed over is over on that channel, too.
		onDead: ({ alerts }) => pipeline.reconsider(alerts.map(({ key }) => key)),
	});

	const deliver = ({ fresh, joined, cancelled }: HandOver): void => {
		notifier.accept(
			fresh.map((notification) => ({ notification, delivery: { attempts: 0, nextAt: notification.dueAt } })),
		);
		for (const notification of joined) {
			if (notifier.update(notification)) continue;
			// It left a moment too early (the clock was set): better told twice than not at all.
			const again = { ...notification, id: `${notification.id}-again` };
			remember({ notifications: [again] });
			notifier.accept([{ notification: again, delivery: { attempts: 0, nextAt: again.dueAt } }]);
		}
		for (const message of cancelled) {
			if (notifier.cancel(message.id)) continue;
			// Somebody hears it after all, and is owed the end.
			const entries = toldBy(message).filter(({ channel, alert }) => !isTold(ledger, channel, alert));
			remember({ told: entries });
			pipeline.reconsider(entries.map(({ alert }) => alert.key));
		}
	};
	const together = createTogether({ clock, commit: (...changes) => void keeper.commit(...changes), tell: deliver });

	const pipeline = createPipeline({
		clock,
		ledger,
		redact: () => redact,
		commit(change) {
			if (deferred) keeper.commit(change);
			else together.commit(change);
			for (const { outcome, key, channel, reason, until } of change.dispositions ?? []) {
				if (outcome !== "muted") continue;
				log.info(
					{ check: key, channel, reason, ...(until !== undefined && { until: isoTime(until) }) },
					"nobody is told",
				);
			}
		},
		keep: (sample) => keeper.keep(sample),
		look,
		deferred,
		tell: (messages) => (deferred ? deliver(messages) : together.tell(messages)),
		onTransition(transition) {
			counters.moved(transition.change);
			around.onTransition?.(transition);
		},
	});

	const notes = {
		get: (key: string) => ledger.note(key),
		// A note may hold words of a log or of DSS, and is kept like everything else: without secrets.
		set: (key: string, value: string | undefined) =>
			remember({ notes: [{ key, value: value === undefined ? undefined : redact(value) }] }),
	};

	let channels: ReadonlyMap<string, Channel> = new Map();
	let restored = false;
	return {
		keeper,
		ledger,
		pipeline,
		notifier,
		counters,
		remember,
		config: () => config,
		channels: () => channels,
		redact: () => redact,
		settle: together.settle,
		use(next, more) {
			together.settle();
			// All that can fail comes before anything is swapped.
			channels = buildChannels(next, around);
			config = next;
			redact = redactor(next.secrets);
			checks = new Map(next.checks.map((check) => [check.key, check]));
			notifier.replaceChannels(channels);
			if (!restored) notifier.accept([...ledger.unsent()], { restored: true });
			restored = true;
			pipeline.watch([...next.checks, ...more], { routes: next.routes, maintenance: next.maintenance });
		},
		async run(key, signal) {
			const check = checks.get(key);
			if (!check) return undefined;
			const { instance, timeoutMs } = check;
			const sample = await probe(check.probe, { key, instance, signal, timeoutMs, clock, notes, host: around.host });
			// What a run found while the program stops is not judged: it was cut short by us.
			if (signal.aborted) return undefined;
			const verdict = pipeline.take(key, sample);
			if (!verdict) return undefined;
			counters.sampled(key, verdict.level, sample);
			return { sample, verdict };
		},
	};
}

function isTold(ledger: Ledger, channel: string, { key, incident }: AlertSnapshot): boolean {
	return ledger.told(key).some((entry) => entry.channel === channel && entry.alert.incident === incident);
}
