import type { Clock } from "../clock.ts";
import type { Config } from "../config/alerts.ts";
import { longestGap } from "../config/gaps.ts";
import { isOpen } from "../model/alert.ts";
import { count } from "../notify/words.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { HealthView } from "../web/view.ts";
import type { Parts } from "./parts.ts";

/** Beyond the interval and the timeout of the check that is due most often, the schedule may lag by this, ms. */
const PATIENCE_MS = 15_000;

export interface HealthDeps {
	readonly parts: Pick<Parts, "config" | "ledger">;
	readonly schedule: Pick<Schedule, "stats">;
	readonly clock: Clock;
}

/** Healthy is a program whose schedule makes progress: with checks to run, one has started or ended not long ago. */
export function healthOf({ parts, schedule, clock }: HealthDeps): HealthView {
	const patience = Math.min(...parts.config().checks.map(longestSilenceMs)) + PATIENCE_MS;
	const idleMs = clock.monotonic() - schedule.stats().lastProgressAt;
	if (idleMs <= patience) return { ok: true, reasons: [] };
	return { ok: false, reasons: [`no check has started or ended for ${Math.round(idleMs / 1_000)} s`] };
}

function longestSilenceMs({ timing, timeoutMs }: Config["checks"][number]): number {
	return ("every" in timing ? timing.every : longestGap(timing.cron, timing.timezone)) + timeoutMs;
}

/** What the program does at the moment, in one line without names: for `systemctl status`. */
export function healthLine({ parts }: Pick<HealthDeps, "parts">): string {
	const { checks, instances } = parts.config();
	const open = checks.filter(({ key }) => {
		const alert = parts.ledger.alert(key);
		return alert !== undefined && isOpen(alert.state);
	}).length;
	const watching = `watches ${count(checks.length, "check")} on ${count(instances.size, "instance")}`;
	return `${watching}; ${open === 0 ? "no incident is open" : `${count(open, "open incident")}`}`;
}
