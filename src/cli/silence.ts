import { isoTime, systemClock } from "../clock.ts";
import type { SilenceMade } from "../model/desk.ts";
import { formatDuration } from "../model/duration.ts";
import { redactor } from "../model/secret.ts";
import { isInForce, type Silence } from "../model/silence.ts";
import { oneLine } from "../notify/words.ts";
import { configFile } from "./config-file.ts";
import { EXIT, UserError } from "./exit.ts";
import type { Verb } from "./io.ts";
import { readStore } from "./read-store.ts";
import { requireConfig } from "./source.ts";
import { loginName, RefusedError, talk, whenItHolds } from "./talk.ts";
import { table } from "./terminal.ts";
import { parseMoment, stamp } from "./times.ts";

interface Common {
	readonly config?: string;
}

export interface SilenceAddOptions extends Common {
	/** `name=value`, one for each label. */
	readonly matches: readonly string[];
	readonly for?: string;
	readonly until?: string;
	readonly comment: string;
	readonly author?: string;
	readonly force?: boolean;
}

/** Checks that are named one by one; of more only the number is told. */
const MOST_NAMED = 5;

/** `silence add`: nobody is told about what matches, until it ends. */
export const silenceAdd: Verb<SilenceAddOptions> = async (options, io) => {
	const { terminal } = io;
	const config = requireConfig(configFile(options.config, io.env), io, { quiet: true });
	if ((options.for === undefined) === (options.until === undefined)) {
		throw new UserError("say how long: either --for 2h or --until 14:00", EXIT.usage);
	}
	const now = systemClock.now();
	const until = options.until === undefined ? undefined : isoTime(parseMoment(options.until, now, "next"));
	const body = {
		match: readMatches(options.matches),
		...(options.for !== undefined && { for: options.for }),
		...(until !== undefined && { until }),
		comment: options.comment,
		author: options.author ?? loginName(),
		force: options.force ?? false,
	};
	const made = await talk<SilenceMade>(config, "/silence/add", body, io).catch((error: unknown) => {
		if (!(error instanceof RefusedError && error.code === "pointless")) throw error;
		throw new UserError(`${error.message}\nAdd --force to keep it all the same.`, error.exit);
	});
	const { silence, covers } = made.value;
	const named = covers.slice(0, MOST_NAMED).join(", ");
	const more = covers.length > MOST_NAMED ? ` and ${covers.length - MOST_NAMED} more` : "";
	terminal.out(`silence ${silence.id} until ${stamp(silence.until)} UTC (${formatDuration(silence.until - now)})`);
	if (covers.length > 0) terminal.out(`quiet: ${named}${more}`);
	terminal.out(`to end it: dss-probe silence end ${silence.id}`);
	if (!made.byDaemon) terminal.out(whenItHolds(made));
	return EXIT.ok;
};

export interface SilenceListOptions extends Common {
	/** Those that are over, too. */
	readonly all?: boolean;
	readonly json?: boolean;
}

/** `silence list`: the silences in force, or all that are remembered. */
export const silenceList: Verb<SilenceListOptions> = async (options, io) => {
	const { terminal } = io;
	const config = requireConfig(configFile(options.config, io.env), io, { quiet: true });
	const redact = redactor(config.secrets);
	const now = systemClock.now();
	const every = await readStore(config.store.path, (store) => store.load().silences ?? []);
	const shown = every.filter((one) => options.all || isInForce(one, now)).sort((a, b) => a.until - b.until);
	if (options.json) terminal.out(redact(JSON.stringify(shown.map((one) => silenceJson(one, now)))));
	else if (shown.length === 0) terminal.out(options.all ? "There are no silences." : "No silence is in force.");
	else {
		const rows = shown.map((one) => [
			{ text: one.id, style: "strong" as const },
			{ text: isInForce(one, now) ? "in force" : one.endedAt === undefined ? "over" : "ended" },
			{ text: stamp(one.from) },
			{ text: stamp(Math.min(one.until, one.endedAt ?? one.until)) },
			{ text: oneLine(matchText(one.match)) },
			{ text: oneLine(one.author) },
			{ text: redact(oneLine(one.comment)) },
		]);
		terminal.out(table(terminal, ["ID", "STATE", "FROM (UTC)", "UNTIL (UTC)", "MATCH", "AUTHOR", "COMMENT"], rows));
	}
	return EXIT.ok;
};

/** `silence end`: from now on people are told again; what is still bad is told at once. */
export const silenceEnd: Verb<Common & { readonly id: string }> = async (options, io) => {
	const config = requireConfig(configFile(options.config, io.env), io, { quiet: true });
	const ended = await talk<Silence>(config, "/silence/end", { id: options.id }, io);
	io.terminal.out(`silence ${options.id} has ended. ${whenItHolds(ended)}`.trimEnd());
	return EXIT.ok;
};

/** Labels as they are typed: `instance=design check=canary-*`; a name that comes twice means any of its values. */
export function readMatches(words: readonly string[]): Record<string, string | string[]> {
	const found = new Map<string, string[]>();
	for (const word of words) {
		const [, name, value] = /^([^=]+)=(.+)$/s.exec(word) ?? [];
		if (name === undefined || value === undefined) {
			throw new UserError(`${word} is no match: write a label and its value, such as instance=design`, EXIT.usage);
		}
		found.set(name, [...(found.get(name) ?? []), value]);
	}
	return Object.fromEntries(
		[...found].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? "") : values]),
	);
}

/** The same the other way round. */
export function matchText(match: Silence["match"]): string {
	return Object.entries(match)
		.flatMap(([name, wanted]) => (typeof wanted === "string" ? [wanted] : wanted).map((value) => `${name}=${value}`))
		.join(" ");
}

function silenceJson(silence: Silence, now: number): object {
	const { from, until, createdAt, endedAt, ...rest } = silence;
	return {
		...rest,
		in_force: isInForce(silence, now),
		from: isoTime(from),
		until: isoTime(until),
		created_at: isoTime(createdAt),
		...(endedAt !== undefined && { ended_at: isoTime(endedAt) }),
	};
}
