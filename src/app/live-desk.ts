import type { Clock } from "../clock.ts";
import type { Desk } from "../model/desk.ts";
import { createDesk } from "./desk.ts";
import type { Parts } from "./parts.ts";

/** The desk of the running program: what is asked for holds at once. */
export function liveDesk({ ledger, pipeline, notifier, keeper, config, redact, remember }: Parts, clock: Clock): Desk {
	return createDesk({
		clock,
		ledger,
		pipeline,
		config,
		redact,
		remember,
		read: keeper.read,
		accept: (entries) => notifier.accept(entries),
		fault: keeper.fault,
	});
}
