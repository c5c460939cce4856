import { coveredBy } from "../app/covers.ts";
import { isoTime, systemClock } from "../clock.ts";
import type { Config } from "../config/alerts.ts";
import { nextBeginnings, openUntil, type WindowOptions } from "../dispatch/window.ts";
import { formatDuration } from "../model/duration.ts";
import { configFile } from "./config-file.ts";
import { EXIT } from "./exit.ts";
import type { Io, Verb } from "./io.ts";
import { requireConfig } from "./source.ts";
import { parseMoment, stamp } from "./times.ts";

export interface MaintenanceOptions {
	readonly config?: string;
	readonly at?: string;
	readonly json?: boolean;
}

/** A window as it stands at a moment. */
interface Standing {
	readonly name: string;
	/** A cron expression, or the one moment, in local time of the zone. */
	readonly begins: string;
	readonly timezone: string;
	readonly lasts: number;
	/** Where it is open. */
	readonly until?: number;
	readonly next: readonly number[];
	readonly covers: readonly string[];
}

/** Beginnings that are shown of each window, and checks that are named. */
const MOST_NEXT = 3;
const MOST_NAMED = 10;

/** `maintenance`: which windows are open at a moment, when the next ones begin, and what they keep quiet. */
export const maintenance: Verb<MaintenanceOptions> = async (options, io) => {
	const config = requireConfig(configFile(options.config, io.env), io, { quiet: true });
	const now = systemClock.now();
	const at = options.at === undefined ? now : parseMoment(options.at, now, "next");
	const all = config.maintenance.map((window) => standingOf(window, at, config));
	if (options.json) io.terminal.out(JSON.stringify({ at: isoTime(at), windows: all.map(standingJson) }));
	else show(all, at, io);
	return EXIT.ok;
};

function standingOf(window: WindowOptions, at: number, config: Config): Standing {
	const { name, cron, from = "", timezone, for: lasts, match } = window;
	const begins = cron ?? from;
	const until = openUntil(window, at);
	const next = nextBeginnings(window, at, MOST_NEXT);
	return {
		name,
		begins,
		timezone,
		lasts,
		...(until !== undefined && { until }),
		next,
		covers: coveredBy(match, config),
	};
}

function show(all: readonly Standing[], at: number, { terminal }: Io): void {
	if (all.length === 0) {
		terminal.out("The configuration has no maintenance windows.");
		return;
	}
	const open = all.filter(({ until }) => until !== undefined);
	terminal.out(
		`At ${stamp(at)} UTC ${open.length === 0 ? "no window is" : `${open.length} of ${all.length} are`} open.`,
	);
	for (const { name, begins, timezone, lasts, until, next, covers } of all) {
		const state = until === undefined ? "closed" : `OPEN until ${stamp(until)} UTC`;
		const named = covers.slice(0, MOST_NAMED).join(", ") || "nothing that is watched";
		const more = covers.length > MOST_NAMED ? ` and ${covers.length - MOST_NAMED} more` : "";
		terminal.out(`\n${terminal.paint("strong", name)}: ${terminal.paint(until === undefined ? "dim" : "warn", state)}`);
		terminal.out(`  begins  ${begins} ${timezone}, for ${formatDuration(lasts)}`);
		terminal.out(`  next    ${next.map(stamp).join(", ") || "never"}`);
		terminal.out(`  covers  ${named}${more}`);
	}
}

function standingJson({ lasts, until, next, ...rest }: Standing): object {
	return {
		...rest,
		open: until !== undefined,
		...(until !== undefined && { until: isoTime(until) }),
		for_seconds: lasts / 1_000,
		next: next.map(isoTime),
	};
}
