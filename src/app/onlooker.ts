import type { Clock } from "../clock.ts";
import type { Config } from "../config/alerts.ts";
import { redactor } from "../model/secret.ts";
import { createPipeline, type Pipeline } from "../pipeline/pipeline.ts";
import { createLedger, type Ledger } from "../store/ledger.ts";
import type { Stored } from "../store/store.ts";
import { SELF } from "./self.ts";

/** The program as it would stand with what is stored, for who only wants to know: it keeps nothing and tells nobody. */
export function createOnlooker(
	config: Config,
	clock: Clock,
	stored: Stored,
): { readonly ledger: Ledger; readonly pipeline: Pipeline } {
	const ledger = createLedger(stored);
	const redact = redactor(config.secrets);
	const pipeline = createPipeline({
		clock,
		ledger,
		redact: () => redact,
		commit() {},
		keep() {},
		look() {},
		tell() {},
		deferred: true,
	});
	pipeline.watch([...config.checks, SELF], { routes: config.routes, maintenance: config.maintenance });
	return { ledger, pipeline };
}
