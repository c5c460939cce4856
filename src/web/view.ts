import type { Alert, Transition } from "../model/alert.ts";
import type { ValueTypes } from "../model/sample.ts";
import type { Silence } from "../model/silence.ts";
import type { Level } from "../model/verdict.ts";

/** All that the web room needs to know, as copies; it never holds a live object. All times are ms since 1970 UTC. */
export interface WebView {
	status(): StatusView;
	health(): HealthView;
	/** The newest samples of a check, oldest first, at most some dozens; empty where the check is unknown. */
	recent(key: string): readonly RecentSample[];
	/** Silences made by people, those that are over included. */
	silences(): readonly Silence[];
	/** What happened to a check and who was told, ready to be sent; undefined where the check is unknown. */
	explain(key: string, sinceMs: number, to: number | undefined): object | undefined;
	metrics(): MetricsView;
	/** An instance as one line of JSON, for Zabbix's HTTP agent; undefined where it is unknown. */
	zabbix(instance: string): string | undefined;
	/** What there is to watch, for Zabbix's discovery: the checks, or the values of each. */
	zabbixDiscovery(what: "checks" | "values"): string;
}

export interface StatusView {
	readonly instances: readonly InstanceView[];
	readonly channels: readonly ChannelView[];
	readonly sinks: readonly SinkView[];
	/** Those in force. */
	readonly silences: readonly Silence[];
	readonly prober: ProberView;
}

export interface InstanceView {
	readonly name: string;
	readonly url: string;
	readonly labels: Readonly<Record<string, string>>;
	readonly checks: readonly CheckView[];
}

export interface CheckView {
	/** `instance/check`. */
	readonly key: string;
	readonly name: string;
	/** What it watches, in words. */
	readonly about: string;
	/** What is remembered of it; absent until its first sample was judged. */
	readonly alert?: Alert;
	/** How long its newest run took. */
	readonly durationMs?: number;
	/** Between two regular looks; absent for a cron expression. */
	readonly everyMs?: number;
	readonly cron?: string;
	/** No fresh sample in time. */
	readonly isStale: boolean;
	/** Why nobody is told at the moment. */
	readonly muted?: { readonly reason: string; readonly until?: number };
	readonly labels: Readonly<Record<string, string>>;
	/** What to do first, in words. */
	readonly advice?: string;
	readonly runbook?: string;
	/** What its kind can measure; gives the values their units. */
	readonly types: ValueTypes;
}

export interface ChannelView {
	readonly name: string;
	readonly type: string;
	/** Notifications stored, not yet delivered. */
	readonly pending: number;
	/** Notifications given up. */
	readonly dead: number;
	readonly sentAt?: number;
	readonly lastError?: { readonly at: number; readonly text: string };
	/** The channel asked to be left alone until then. */
	readonly deferredUntil?: number;
	/** Why nothing is sent there any more, until a reload or restart. */
	readonly disabled?: string;
}

/** A place where every result goes. */
export interface SinkView {
	readonly name: string;
	readonly type: string;
	/** Values that wait. */
	readonly queued: number;
	/** Values since the start that were taken, refused, and dropped because too many waited. */
	readonly sent: number;
	readonly refused: number;
	readonly lost: number;
	readonly sentAt?: number;
	readonly lastError?: { readonly at: number; readonly text: string };
	/** Since when it takes nothing; absent while it does. */
	readonly failingSince?: number;
	/** Names whose values the receiver refuses, and since when. */
	readonly refusals: readonly { readonly what: string; readonly since: number }[];
}

/** The prober's own health. */
export interface ProberView {
	readonly version: string;
	readonly startedAt: number;
	readonly configLoadedAt: number;
	/** Why the newest configuration was not taken. */
	readonly configError?: string;
	readonly store: { readonly file: string; readonly error?: string };
	readonly schedule: {
		readonly running: number;
		readonly waiting: number;
		readonly stuck: number;
		readonly started: number;
		readonly missed: number;
		readonly lateness: { readonly p50Ms: number; readonly p99Ms: number; readonly maxMs: number };
	};
	/** Times at which the program was held up, the machine slept or the clock was set; newest last, a handful. */
	readonly gaps: readonly { readonly at: number; readonly kind: string; readonly ms: number }[];
	/** Notifications given up on all channels. */
	readonly deadLetters: number;
}

export interface HealthView {
	readonly ok: boolean;
	/** What is wrong, in words; empty where ok. */
	readonly reasons: readonly string[];
}

export interface RecentSample {
	/** Start of the run. */
	readonly at: number;
	readonly level: Level;
	readonly durationMs: number;
}

/** Counts since the start of the program, besides what `status()` knows. */
export interface MetricsView {
	/** Judged samples by level. */
	readonly samples: Readonly<Record<Level, number>>;
	readonly transitions: Readonly<Partial<Record<Transition["change"], number>>>;
	readonly notifications: readonly {
		readonly channel: string;
		/** One of few words: sent, retried, deferred, dead, muted. */
		readonly outcome: string;
		readonly count: number;
	}[];
	readonly lateness: {
		/** Upper bounds in seconds. */
		readonly bounds: readonly number[];
		/** Cumulative, one for each bound. */
		readonly buckets: readonly number[];
		readonly count: number;
		readonly sumSeconds: number;
	};
	/** How often and for how long in all, by kind of gap. */
	readonly gaps: readonly { readonly kind: string; readonly count: number; readonly seconds: number }[];
	readonly nodeVersion: string;
}
