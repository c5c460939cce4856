import type { Clock } from "../clock.ts";
import { judgeSelf, type SelfFacts } from "../evaluate/self.ts";
import type { Watched } from "../pipeline/watched.ts";
import type { Sink } from "../sinks/sink.ts";
import type { Parts } from "./parts.ts";
import { stuckSinks } from "./stuck-sinks.ts";

/** How often the program looks at itself, ms. */
export const SELF_EVERY_MS = 5_000;
/** A due message that a channel has not taken for this long is a fault of the delivery, ms. */
const STUCK_DELIVERY_MS = 60_000;

/** The program as one of its own checks: it is judged, told and shown like any other. */
export const SELF: Watched = {
	key: "dss-probe/self",
	name: "self",
	summary: "dss-probe itself works: it can see, remember and tell.",
	instance: { name: "dss-probe", url: "", labels: {} },
	rules: { types: {}, expect: [], thresholds: [] },
	policy: { failAfter: 3, recoverAfter: 3, gapMs: 3 * SELF_EVERY_MS },
	timeoutMs: SELF_EVERY_MS,
	retryEveryMs: SELF_EVERY_MS,
	parents: [],
	labels: { layer: "prober", severity: "warning" },
};

/** The channels that take nothing, and why. */
export function stuckChannels({ pending }: Pick<Parts["notifier"], "pending">): SelfFacts["delivery"] {
	return [...pending()].flatMap(([channel, { oldestAgeMs, lastError, disabled }]) => {
		if (disabled !== undefined) return [{ channel, error: `disabled until the next reload: ${disabled}` }];
		return oldestAgeMs > STUCK_DELIVERY_MS && lastError !== undefined ? [{ channel, error: lastError }] : [];
	});
}

/** Takes one look at the program and leads the verdict through the stages. */
export function lookAtSelf(parts: Parts, sinks: Iterable<Sink>, stuck: number, clock: Clock): void {
	const fault = parts.keeper.fault();
	const facts: SelfFacts = {
		...(fault !== undefined && { store: fault }),
		delivery: stuckChannels(parts.notifier),
		sinks: stuckSinks(sinks, clock.now()),
		lost: parts.counters.deadLetters.lately(clock.now()),
		blind: [...parts.counters.blind].map(([key, cause]) => ({ key, fault: cause })),
		stuck,
	};
	const sample = { startedAt: clock.now(), durationMs: 0, values: {} };
	parts.pipeline.absorb(SELF.key, sample, judgeSelf(facts));
}
