import type { Config } from "../config/alerts.ts";
import type { Sample } from "../model/sample.ts";
import { isWorse, type Level, type Verdict } from "../model/verdict.ts";
import { lockStore } from "./lock-store.ts";
import { createParts, type Surroundings } from "./parts.ts";

/** What one look at everything found. */
export type OnceResult =
	| {
			readonly ran: true;
			readonly looks: readonly OnceLook[];
			readonly worst: Level;
			readonly undelivered: number;
			readonly storeFault?: string;
	  }
	/** Another run works on the same store at this moment. */
	| { readonly ran: false };

export interface OnceLook {
	readonly key: string;
	readonly verdict: Verdict;
	readonly sample: Sample;
}

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
	try {
		parts.use(config, []);
		const looks: OnceLook[] = [];
		const queue = config.checks.map(({ key }) => key);
		const worker = async (): Promise<void> => {
			for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
				const found = await parts.run(key, options.signal);
				if (!found) continue;
				looks.push({ key, ...found });
				options.onLook?.({ key, ...found });
			}
		};
		await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, queue.length) }, worker));
		parts.pipeline.settle();
		await parts.notifier.drain(options.drainMs);
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
		};
	} finally {
		parts.pipeline.stop();
		parts.notifier.stop();
		parts.keeper.close();
		lock.release();
	}
}
