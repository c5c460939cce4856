import type { Config } from "../config/alerts.ts";
import type { Answer, Desk } from "../model/desk.ts";
import { redactor } from "../model/secret.ts";
import { createPipeline } from "../pipeline/pipeline.ts";
import { createKeeper } from "../store/keeper.ts";
import { createLedger } from "../store/ledger.ts";
import type { Change } from "../store/store.ts";
import { createDesk } from "./desk.ts";
import { lockStore } from "./lock-store.ts";
import type { Surroundings } from "./parts.ts";

/**
 * Carries out a wish where no daemon runs: the store is changed through the same ledger and pipeline, with all decisions
 * put off, so that the next run acts on it.
 *
 * @returns undefined where another process works on the store
 */
export function atDeferredDesk<T>(
	config: Config,
	around: Surroundings,
	act: (desk: Desk) => Answer<T>,
): Answer<T> | undefined {
	const { clock, log } = around;
	const { path } = config.store;
	const lock = lockStore(path, log);
	if (!lock) return undefined;
	const keeper = createKeeper({ path, clock, log, snapshot: () => ledger.snapshot() });
	const ledger = createLedger(keeper.load());
	try {
		const fault = keeper.fault();
		if (fault !== undefined) return { ok: false, code: "conflict", text: `the store does not work: ${fault}` };
		const remember = (change: Change): void => {
			ledger.apply(change);
			keeper.commit(change);
		};
		const redact = redactor(config.secrets);
		const pipeline = createPipeline({
			clock,
			ledger,
			redact: () => redact,
			commit: (change) => void keeper.commit(change),
			keep() {},
			look() {},
			tell() {},
			deferred: true,
		});
		return act(
			createDesk({
				clock,
				ledger,
				pipeline,
				remember,
				config: () => config,
				redact: () => redact,
				read: keeper.read,
				accept() {},
				fault: keeper.fault,
			}),
		);
	} finally {
		keeper.close();
		lock.release();
	}
}
