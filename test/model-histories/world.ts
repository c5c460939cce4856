import { createParts, type Parts, type Surroundings } from "../../src/app/parts.ts";
import { createVirtualClock } from "../../src/app/virtual-clock.ts";
import type { Config } from "../../src/config/alerts.ts";
import type { Check } from "../../src/config/checks.ts";
import type { Log } from "../../src/log.ts";
import type { Transition } from "../../src/model/alert.ts";
import type { AlertSnapshot, Notification } from "../../src/model/notification.ts";
import type { Channel, Outcome as Delivered } from "../../src/notify/channel.ts";
import type { ChannelOptions } from "../../src/notify/notify.ts";
import type { Policy } from "../../src/state/policy.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { aPolicy, SECOND, T0, theRules } from "../support/builders.ts";
import {
	CHANNELS,
	type ChannelName,
	EVENTFUL_S,
	type Event,
	type History,
	KEYS,
	type Mood,
	outcomeAt,
	type PlanChoice,
	parentsOf,
	planOf,
	QUIET_S,
	SAMPLES,
} from "./history.ts";

/** One alert in one message, as a channel took it. */
export interface Heard {
	/** Seconds since the beginning. */
	readonly at: number;
	readonly message: Notification;
	readonly alert: AlertSnapshot;
}

/** How a history ended. */
export interface Played {
	readonly parts: Parts;
	readonly checks: readonly Check[];
	readonly plan: PlanChoice;
	readonly now: number;
	readonly heard: readonly Heard[];
	/** Messages that were given up, with what they spoke of. */
	readonly dead: readonly Notification[];
	readonly transitions: readonly Transition[];
	/** What the log said of mistakes of the program's own. */
	readonly mistakes: readonly string[];
	close(): void;
}

const EVERY_S = { "design/front": 30, "design/api": 60, "design/job": 120, "other/front": 30 } as const;
const RETRY_S = { "design/front": 5, "design/api": 10, "design/job": 60, "other/front": 30 } as const;
const LAYER = { front: "backend", api: "api", job: "job" } as const;
const RULES = theRules(["status == 200"], { latency: { warning: 2, critical: 8, recover: 1.5 } });
const OPTIONS = {} as ChannelOptions;

/** Lets everything run that waits for nothing but its turn. */
const giveWay = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Plays a history with the program's own parts; only targets, channels and time are played. */
export async function play(history: History): Promise<Played> {
	const memory = openSqlite(":memory:");
	// The database outlives the program. Samples that were kept change nothing, and cost most of the time.
	const store: Store = { ...memory, keep() {}, verify() {}, close() {} };
	const clock = createVirtualClock(T0);
	const second = () => clock.monotonic() / SECOND;
	const heard: Heard[] = [];
	const taken = new Set<string>();
	const tried = new Map<string, Notification>();
	const dead: Notification[] = [];
	const transitions: Transition[] = [];
	const mistakes: string[] = [];
	const moods = new Map<ChannelName, { readonly mood: Mood; readonly until: number }>();
	const versions = { now: 1 };
	let silences = 0;
	let dying: { readonly when: "before" | "after"; readonly offS: number } | undefined;
	let fallen: number | undefined;
	/** Grows with every start; what belongs to an earlier life is dead. */
	let life = 0;
	/** Messages on their way, of this life. */
	let onTheWay = { count: 0 };
	let plan: PlanChoice = history.plan;
	let without: string | undefined;
	let parts: Parts | undefined;

	const mistake = (fields: object, message: string): void => {
		if (/mistake|error of the program|outbox cannot/.test(message))
			mistakes.push(`${message} ${JSON.stringify(fields)}`);
	};
	const bury = (fields: object, message: string): void => {
		mistake(fields, message);
		const given = "notification" in fields ? tried.get(String(fields.notification)) : undefined;
		if (given && /not delivered/i.test(message)) dead.push(given);
	};
	const log: Log = { debug() {}, info() {}, warn: mistake, error: bury };

	const checksOf = (): readonly Check[] =>
		KEYS.flatMap((key, index) => (key === without ? [] : [checkOf(history, key, index)]));
	const configOf = (): Config => ({
		file: "alerts.yaml",
		instances: new Map(),
		checks: checksOf(),
		channels: new Map(CHANNELS.map((name) => [name, OPTIONS])),
		routes: planOf(plan).routes,
		maintenance: planOf(plan).maintenance,
		store: { path: ":memory:", keep: 1e12, max_samples: 1e6 },
		answers: {},
		sinks: new Map(),
		secrets: [],
		warnings: [],
	});

	const channelOf = (name: ChannelName, born: number): Channel => {
		const take = (message: Notification): Delivered => {
			for (const alert of message.alerts) {
				if (!taken.has(`${name} ${message.id}`)) heard.push({ at: second(), message, alert });
			}
			taken.add(`${name} ${message.id}`);
			return { result: "sent" };
		};
		const answer = async (message: Notification, signal: AbortSignal): Promise<Delivered> => {
			// A process that is no more sends nothing and hears nothing.
			const never = new Promise<Delivered>(() => {});
			if (born !== life || fallen !== undefined) return never;
			const spell = moods.get(name);
			const mood = spell && second() < spell.until ? spell.mood : undefined;
			if (mood === "dead") return { result: "retry", error: "503" };
			if (mood === "refusing") return { result: "rejected", error: "400" };
			if (mood === "busy") return { result: "defer", error: "429", afterMs: 90 * SECOND };
			if (mood === "slow") await clock.sleep(4 * SECOND, signal);
			if (born !== life || fallen !== undefined) return never;
			if (dying?.when === "before") {
				fallen = dying.offS;
				return never;
			}
			const result = take(message);
			if (dying?.when === "after") {
				fallen = dying.offS;
				return never;
			}
			if (mood === "deaf") await clock.sleep(60 * SECOND, signal);
			return result;
		};
		return {
			name,
			type: "webhook",
			timeoutMs: 10 * SECOND,
			giveUpAfterMs: (name === "pager" && history.pagerGivesUpS ? history.pagerGivesUpS : 86_400) * SECOND,
			parallel: 4,
			...(name !== "mail" && { fallback: "mail" }),
			async send(message, { signal }) {
				tried.set(message.id, message);
				const way = onTheWay;
				way.count++;
				try {
					return await answer(message, signal).catch(() => ({ result: "retry" as const, error: "cut off" }));
				} finally {
					way.count--;
				}
			},
			close() {},
		};
	};

	const launch = (): Parts => {
		const born = ++life;
		onTheWay = { count: 0 };
		const ifAlive =
			<Args extends unknown[]>(act: (...args: Args) => void) =>
			(...args: Args): void => {
				if (born === life && fallen === undefined) act(...args);
			};
		const around: Surroundings = {
			clock,
			log,
			random: () => history.random,
			readText: () => "",
			onTransition: (transition) => void transitions.push(transition),
			openStore: () => store,
			createChannel: (name) => channelOf(name as ChannelName, born),
		};
		const looks = new Map<string, number>();
		const underWay = new Set<string>();
		const measure = ifAlive((key: string) => {
			looks.delete(key);
			if (underWay.has(key) || key === without) return;
			underWay.add(key);
			const seen = outcomeAt(courseOf(history, key), second());
			const { values, fault } = SAMPLES[seen];
			const tookMs = seen === "slow" ? 3_000 : seen === "blind" ? 10_000 : 200;
			const dss = values["status"] === 200 ? { dss_version: `14.${versions.now}` } : {};
			const sample = {
				startedAt: clock.now(),
				durationMs: tookMs,
				values: { ...values, ...dss },
				...(fault && { fault }),
			};
			clock.after(
				tookMs,
				ifAlive(() => {
					underWay.delete(key);
					made.pipeline.take(key, sample);
				}),
			);
		});
		const look = ifAlive((key: string, inMs: number) => {
			const [dueAt, known] = [clock.monotonic() + inMs, looks.get(key)];
			if (known !== undefined && known <= dueAt) return;
			looks.set(key, dueAt);
			clock.after(inMs, () => {
				if (looks.get(key) === dueAt) measure(key);
			});
		});
		const made = createParts(configOf(), around, look, false);
		made.use(configOf(), []);
		for (const [index, key] of KEYS.entries()) {
			const everyMs = EVERY_S[key] * SECOND;
			const again = ifAlive(() => {
				measure(key);
				clock.after(everyMs, again);
			});
			clock.after(1_500 * (index + 1), again);
		}
		return made;
	};

	const end = (): void => {
		life++;
		dying = undefined;
		fallen = undefined;
		parts?.pipeline.stop();
		parts?.notifier.stop();
		parts?.keeper.close();
		parts = undefined;
	};
	const restart = (offS: number): void => {
		end();
		if (offS === 0) parts = launch();
		else
			clock.after(offS * SECOND, () => {
				parts ??= launch();
			});
	};

	const carryOut = (event: Event): void => {
		switch (event.do) {
			case "channel":
				moods.set(event.channel, { mood: event.mood, until: Math.min(EVENTFUL_S, event.at + event.forS) });
				return;
			case "restart":
				restart(event.offS);
				return;
			case "crash":
				if (event.when === "now") restart(event.offS);
				else dying = { when: event.when, offS: event.offS };
				return;
			case "upgrade":
				versions.now++;
				return;
			case "reload":
				plan = event.plan;
				without = event.without ?? undefined;
				parts?.use(configOf(), []);
				return;
			case "silence": {
				const from = clock.now();
				const by = { author: "ann", comment: "known", createdAt: from };
				parts?.pipeline.silence({
					id: `s${++silences}`,
					match: event.match,
					from,
					until: from + event.forS * SECOND,
					...by,
				});
				return;
			}
			case "unsilence":
				for (const one of parts?.ledger.silences() ?? []) parts?.pipeline.silence({ ...one, endedAt: clock.now() });
				return;
			case "ack":
				parts?.pipeline.acknowledge(event.key, "bob", "on it");
				return;
			case "set clock": {
				clock.jumpWall(event.byS * SECOND);
				const during = life;
				clock.after(700, () => {
					if (during !== life) return;
					parts?.notifier.clockSet(event.byS * SECOND);
					parts?.pipeline.clockSet(event.byS * SECOND);
				});
				return;
			}
		}
	};

	for (const event of history.events) clock.after(event.at * SECOND, () => carryOut(event));
	parts = launch();
	const over = (EVENTFUL_S + QUIET_S) * SECOND;
	while (clock.nextAt() <= over) {
		clock.ringNext();
		if (onTheWay.count > 0) await giveWay();
		if (fallen !== undefined) restart(fallen);
		// Whoever waited for a message to die with has waited long enough.
		if (second() > EVENTFUL_S) dying = undefined;
	}
	const last = parts;
	if (!last) throw new Error("the program did not come back");
	return {
		parts: last,
		checks: checksOf(),
		plan,
		now: clock.now(),
		heard,
		dead,
		transitions,
		mistakes,
		close() {
			end();
			memory.close();
		},
	};
}

function checkOf(history: History, key: (typeof KEYS)[number], index: number): Check {
	const [instance = "", name = ""] = key.split("/");
	const { failAfter, spare, recoverAfter, flapping } = history.policies[index] as History["policies"][number];
	const policy: Policy = aPolicy({
		failAfter,
		...(spare > 0 && failAfter > 1 && { failOf: failAfter + spare }),
		recoverAfter,
		flapping,
		gapMs: 3 * EVERY_S[key] * SECOND,
	});
	return {
		key,
		instance: { name: instance, url: "https://dss.example", labels: {} },
		name,
		summary: "It answers.",
		timing: { every: EVERY_S[key] * SECOND },
		timeoutMs: 10 * SECOND,
		rules: RULES,
		policy,
		retryEveryMs: RETRY_S[key] * SECOND,
		parents: parentsOf(history, key),
		labels: { layer: LAYER[name as keyof typeof LAYER] },
	} as unknown as Check;
}

function courseOf(history: History, key: string): History["courses"][number] {
	return history.courses[KEYS.indexOf(key as (typeof KEYS)[number])] as History["courses"][number];
}
