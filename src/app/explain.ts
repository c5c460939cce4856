import { type Clock, isoTime } from "../clock.ts";
import type { Config } from "../config/alerts.ts";
import { type Chain, chainsOf } from "../dispatch/chain.ts";
import { type Alert, isOpen, type Transition } from "../model/alert.ts";
import type {
	ChannelStep,
	ChannelStory,
	Explanation,
	ExplanationEntry,
	Present,
	SampleRun,
} from "../model/explanation.ts";
import type { Disposition } from "../model/notification.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { Ledger } from "../store/ledger.ts";
import type { KeptSample, Store } from "../store/store.ts";
import { coveredBy } from "./covers.ts";

/** The newest of each that are looked at. */
const MOST = 20_000;

export interface ExplainDeps {
	readonly clock: Clock;
	readonly config: Config;
	readonly ledger: Ledger;
	readonly pipeline: Pick<Pipeline, "outlook">;
	readonly store: Pick<Store, "samplesWithin" | "transitions" | "dispositions" | "message">;
}

/**
 * Tells what happened to a check within a time: samples, transitions, and for each transition what became of it on every
 * channel; and how it stands now, where the time reaches until now. Reads only.
 *
 * @param to the end of the time, ms since 1970 UTC; now where it is absent
 */
export function explain(deps: ExplainDeps, key: string, sinceMs: number, to?: number): Explanation {
	const { clock, config, ledger, store } = deps;
	const end = to ?? clock.now();
	const from = end - sinceMs;
	const isWithin = (at: number) => at >= from && at <= end;
	const transitions = store.transitions(key, MOST).filter(({ at }) => isWithin(at));
	const dispositions = store.dispositions(key, MOST);
	const story = ({ channel, insteadOf, steps }: Chain): ChannelStory => ({
		channel,
		...(insteadOf !== undefined && { insteadOf }),
		steps: steps.map((step) => stepOf(step, store)),
	});
	const chains = new Map(transitions.map((one) => [one, chainsOf(one, dispositions)]));
	const silences = ledger.silences().filter(({ match }) => coveredBy(match, config).includes(key));
	const ack = ledger.alert(key)?.ack;
	const entries: ExplanationEntry[] = [
		...runsOf(store.samplesWithin(key, from, end, MOST), transitions),
		...transitions.map((transition) => {
			const channels = (chains.get(transition) ?? []).map(story);
			return { kind: "transition" as const, at: transition.at, transition, channels };
		}),
		...asides(dispositions, [...chains.values()].flat()).flatMap((chain) => {
			const at = chain.steps[0]?.at ?? from;
			return isWithin(at) ? [{ kind: "message" as const, at, channels: [story(chain)] }] : [];
		}),
		...(ack && isWithin(ack.at) ? [{ kind: "ack" as const, at: ack.at, ack }] : []),
		...silences.flatMap((silence): ExplanationEntry[] => [
			...(isWithin(silence.createdAt) ? [{ kind: "silence" as const, at: silence.createdAt, silence }] : []),
			...(silence.endedAt !== undefined && isWithin(silence.endedAt)
				? [{ kind: "silence_ended" as const, at: silence.endedAt, silence }]
				: []),
		]),
	];
	entries.sort((a, b) => a.at - b.at);
	return { key, from, to: end, entries, ...(to === undefined && { now: presentOf(deps, key, end) }) };
}

/** Samples in a row with the same verdict; a transition ends a row, so that it can stand behind the sample that made it. */
function runsOf(samples: readonly KeptSample[], transitions: readonly Transition[]): readonly SampleRun[] {
	const ends = new Set(transitions.map(({ at }) => at));
	const runs: SampleRun[] = [];
	for (const { level, sample } of samples) {
		const { startedAt: at, fault } = sample;
		const last = runs.at(-1);
		const fits = last && last.level === level && last.fault?.code === fault?.code && !ends.has(last.until);
		const run = { kind: "samples" as const, level, until: at, ...(fault && { fault }) };
		if (fits) runs[runs.length - 1] = { ...run, at: last.at, count: last.count + 1 };
		else runs.push({ ...run, at, count: 1 });
	}
	return runs;
}

/** Messages that belong to no transition, each with how it ended. */
function asides(dispositions: readonly Disposition[], chains: readonly Chain[]): readonly Chain[] {
	const known = new Set(chains.flatMap(({ steps }) => steps));
	const named = new Set(
		dispositions.flatMap(({ about, notification }) => (about === undefined ? [] : (notification ?? []))),
	);
	return dispositions
		.filter(({ about, outcome }) => about === undefined && (outcome === "queued" || outcome === "muted"))
		.filter((one) => !known.has(one) && !(one.notification !== undefined && isNamed(one.notification, named)))
		.map((first) => {
			const ends = dispositions.filter(
				(one) =>
					first.notification !== undefined && one.notification === first.notification && one.channel === first.channel,
			);
			return { channel: first.channel, steps: ends.length > 0 ? ends : [first] };
		});
}

/** Whether a message, or the dead one that it stands for, belongs to a transition; maybe to one before the time. */
function isNamed(id: string, named: ReadonlySet<string>): boolean {
	return named.has(id) || named.has(id.replace(/(?:-fb)+$/, ""));
}

function stepOf(step: Disposition, store: ExplainDeps["store"]): ChannelStep {
	const { at, outcome, reason, until, notification } = step;
	const message = outcome === "queued" && notification !== undefined ? store.message(notification) : undefined;
	const { attempts = 0, lastError, nextAt } = message?.delivery ?? {};
	return {
		at,
		outcome,
		reason,
		...(until !== undefined && { until }),
		...(notification !== undefined && { notification }),
		...(attempts > 0 && { failedTries: attempts }),
		...(attempts > 0 && lastError !== undefined && { lastError }),
		...(message && !message.ending && nextAt !== undefined && { nextAt }),
	};
}

function presentOf({ config, ledger, pipeline, store }: ExplainDeps, key: string, at: number): Present {
	const alert = ledger.alert(key);
	const incident = alert && isOpen(alert.state) ? alert.state.incident : undefined;
	const toldOf = (name: string) =>
		ledger.told(key).find(({ channel, alert, lost }) => channel === name && alert.incident === incident && !lost);
	return {
		at,
		...(alert && { alert: shownOf(alert, store.samplesWithin(key, 0, at, 1)[0]) }),
		isWatched: coveredBy({}, config).includes(key),
		channels: pipeline.outlook(key).map(({ channel, outcome, reason, until }) => {
			const told = toldOf(channel);
			const isWaiting = told !== undefined && ledger.unsentMessage(told.notification) !== undefined;
			return {
				channel,
				outcome,
				reason,
				...(until !== undefined && { until }),
				...(told && { toldAt: told.at }),
				...(isWaiting && { isWaiting }),
			};
		}),
	};
}

/** The alert with its newest look: it is stored when it moves, samples always are. */
function shownOf({ turn: _turn, raised: _raised, flips: _flips, ...alert }: Alert, newest: KeptSample | undefined) {
	if (!newest || newest.sample.startedAt <= alert.sampledAt) return alert;
	return { ...alert, sampledAt: newest.sample.startedAt, level: newest.level };
}

const MOMENTS = new Set([
	"at",
	"from",
	"to",
	"until",
	"since",
	"firedAt",
	"goodSince",
	"firmSince",
	"createdAt",
	"endedAt",
	"sampledAt",
	"resolvedAt",
	"nextAt",
	"toldAt",
]);

/** An explanation for machines: moments in ISO 8601, names as in the rest of the API. */
export function explanationJson(explanation: Explanation): object {
	const inside = (value: unknown): unknown => {
		if (Array.isArray(value)) return value.map(inside);
		if (typeof value !== "object" || value === null) return value;
		return Object.fromEntries(Object.entries(value).map(([name, field]) => [snake(name), named(name, field)]));
	};
	const named = (name: string, field: unknown): unknown => {
		// Names of values and labels are the user's own.
		if (name === "values" || name === "match") return field;
		return MOMENTS.has(name) && typeof field === "number" ? isoTime(field) : inside(field);
	};
	return inside(explanation) as object;
}

function snake(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
