import type { Config } from "../config/alerts.ts";
import { actAtOnce } from "../model/at-once.ts";
import type { Sample } from "../model/sample.ts";
import { isWorse, type Level, type Verdict } from "../model/verdict.ts";
import { pingAll } from "./heartbeat.ts";
import { lockStore } from "./lock-store.ts";
import { longestPause, type Missed, missedRuns, withRun } from "./pace.ts";
import { createParts, type Surroundings } from "./parts.ts";
import { reportsOf } from "./reports.ts";
import { createResend } from "./resend.ts";
import { SELF } from "./self.ts";
import { createSinks } from "./sinks.ts";

/** What one look at everything found. */
export type OnceResult =
	| {
			readonly ran: true;
			readonly looks: readonly OnceLook[];
			readonly worst: Level;
			readonly undelivered: number;
			readonly storeFault?: string;
			/** This run comes much later than the habit of those before. */
			readonly missed?: Missed;
	  }
	/** Another run works on the same store at this moment. */
	| { readonly ran: false };

export interface OnceLook {
	readonly key: string;
	readonly verdict: Verdict;
	readonly sample: Sample;
}

/** When the last runs began. */
const RUNS_NOTE = "once runs";

/** How many probes are in flight at a time. */
const IN_FLIGHT = 50;

/**
 * Looks at every check once, moves the stored states by what was seen, delivers what follows, and ends.
 *
 * @param drainMs how long the delivery may take; what is not delivered by then waits in the store for the next run
 */
export async function runOnce(
	config: Config,
	around: Surroundings,
	options: { readonly drainMs: number; readonly signal: AbortSignal; readonly onLook?: (look: OnceLook) => void },
): Promise<OnceResult> {
	const lock = lockStore(config.store.path, around.log);
	if (!lock) return { ran: false };
	const parts = createParts(config, around, () => {}, true);
	const sinks = createSinks({ ...around, reports: reportsOf(parts) });
	try {
		const before = runsBefore(parts.ledger.note(RUNS_NOTE));
		const now = around.clock.now();
		parts.remember({ notes: [{ key: RUNS_NOTE, value: JSON.stringify(withRun(before, now)) }] });
		const missed = missedRuns(before, now);
		parts.use(betweenRuns(config, before), [SELF]);
		sinks.use(config);
		const looks: OnceLook[] = [];
		const inTurn = createTurns();
		await actAtOnce(config.checks, IN_FLIGHT, async ({ key, exclusive }) => {
			const found = await inTurn(exclusive, () => parts.run(key, options.signal));
			if (!found) return;
			sinks.looked(key);
			looks.push({ key, ...found });
			options.onLook?.({ key, ...found });
		});
		parts.pipeline.settle();
		createResend(parts, around.clock).look();
		await Promise.all([parts.notifier.drain(options.drainMs), sinks.stop(options.drainMs)]);
		const sawAll = looks.length === config.checks.length;
		if (sawAll) await pingAll(config, { parts, ...around, stop: options.signal });
		const worst = looks.reduce<Level>(
			(worst, { verdict }) => (isWorse(verdict.level, worst) ? verdict.level : worst),
			"ok",
		);
		const fault = parts.keeper.fault();
		return {
			ran: true,
			looks,
			worst,
			undelivered: [...parts.ledger.unsent()].length,
			...(fault !== undefined && { storeFault: fault }),
			...(missed && { missed }),
		};
	} finally {
		parts.pipeline.stop();
		parts.notifier.stop();
		parts.keeper.close();
		lock.release();
	}
}

function runsBefore(note: string | undefined): readonly number[] {
	return note === undefined ? [] : (JSON.parse(note) as readonly number[]);
}

/**
 * The configuration with the pace of whoever starts the runs: a streak goes from run to run, however short the intervals
 * that the checks were written with. What counts as a gap follows from the runs before.
 */
function betweenRuns(config: Config, before: readonly number[]): Config {
	const gapMs = longestPause(before);
	const checks = config.checks.map((check) => ({
		...check,
		policy: { ...check.policy, gapMs: Math.max(gapMs, check.policy.gapMs) },
	}));
	return { ...config, checks };
}

/** Runs work of the same word one after the other, and the rest at once. */
function createTurns(): <T>(word: string | undefined, work: () => Promise<T>) => Promise<T> {
	const last = new Map<string, Promise<unknown>>();
	return (word, work) => {
		if (word === undefined) return work();
		const turn = (last.get(word) ?? Promise.resolve()).then(work, work);
		last.set(word, turn);
		return turn;
	};
}
