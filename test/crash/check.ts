import { type BadLevel, isOpen, type Transition } from "../../src/model/alert.ts";
import type { Books, Row } from "./books.ts";
import type { Key, Nodes } from "./nodes.ts";
import { KEYS } from "./nodes.ts";
import { channelsFor } from "./plan.ts";
import type { Attempt } from "./receivers.ts";

/** All that is known after a trace: what was true, what the database says, what arrived, and when lives were cut off. */
export interface Evidence {
	readonly nodes: Pick<Nodes, "course">;
	readonly books: Books;
	readonly attempts: readonly Attempt[];
	readonly kills: readonly number[];
	/** Incidents that the database held at some time. */
	readonly noticed: ReadonlySet<string>;
}

/** Endings of which nobody is told, with a reason that was noted. */
const NOT_TOLD: ReadonlySet<string> = new Set(["muted", "withdrawn", "unneeded", "deferred"]);

/** Everything that contradicts the promise; nothing where it is kept and nothing is under way any more. */
export function contradictions(evidence: Evidence): readonly string[] {
	return [...unfinished(evidence), ...lost(evidence), ...untrue(evidence), ...doubled(evidence)];
}

/** What is still under way. */
function unfinished({ nodes, books }: Evidence): string[] {
	const waiting = books.outbox.filter(({ result }) => result === null);
	const unsure = KEYS.filter((key) => {
		const phase = books.alerts.get(key)?.state.phase ?? "inactive";
		return phase !== (nodes.course(key) === "ok" ? "inactive" : "firing");
	});
	return [
		...waiting.map(({ id, channel }) => `${id} still waits for ${channel}`),
		...unsure.map((key) => `${key} is ${books.alerts.get(key)?.state.phase}, but goes ${nodes.course(key)}`),
	];
}

/** Incidents that a channel should know, and does not, without a word about why. */
function lost({ books, attempts, noticed }: Evidence): string[] {
	const found: string[] = [];
	const taken = new Set(attempts.filter(({ answer }) => answer === "taken").map(nameOf));
	for (const row of books.outbox) {
		const isTaken = taken.has(nameOf(row));
		if (row.result === "sent" && !isTaken) found.push(`LOST: ${row.id} counts as sent, but ${row.channel} has it not`);
		if (row.result === "dead" && isTaken) found.push(`LOST: ${row.id} counts as dead, but ${row.channel} has it`);
		if (row.result === "dead" && !isTakenOver(row, books)) found.push(`LOST: ${row.id} is dead, and nobody took over`);
	}
	const incidents = incidentsOf(books.transitions);
	for (const incident of noticed)
		if (!incidents.has(incident)) found.push(`LOST: incident ${incident}, from the database`);
	for (const [incident, { key, levels, isOver }] of incidents) {
		const about = books.outbox.filter(({ notification }) => speaksOf(notification, incident));
		const named = new Set<string>(levels.flatMap((level) => channelsFor(key as Key, level)));
		for (const channel of named) {
			if (about.some((row) => row.channel === channel)) continue;
			const last = books.dispositions.findLast((one) => one.incident === incident && one.channel === channel);
			if (!last || !NOT_TOLD.has(last.outcome))
				found.push(`LOST: ${incident} of ${key} on ${channel}: ${last?.outcome}`);
		}
		if (!isOver) continue;
		for (const [channel, rows] of Map.groupBy(about, (row) => row.channel)) {
			const heard = rows.some(({ result, notification }) => result === "sent" && !isRecovery(notification));
			const end = rows.findLast(({ notification }) => isRecovery(notification));
			if (heard && !end) found.push(`LOST: recovery of ${incident} of ${key} on ${channel}`);
			if (!heard && end?.result === "sent" && end.notification.failedChannels === undefined)
				found.push(`UNTRUE: ${channel} heard the end of ${incident} of ${key} without its beginning`);
		}
	}
	return found;
}

/** Channels whose last message about an alert is not the truth, or that heard of it in the wrong order. */
function untrue({ books, attempts }: Evidence): string[] {
	const found: string[] = [];
	const taken = Map.groupBy(
		attempts.filter(({ answer }) => answer === "taken"),
		nameOf,
	);
	for (const key of KEYS) {
		const about = books.outbox.filter(({ notification }) => notification.alerts.some((alert) => alert.key === key));
		const state = books.alerts.get(key)?.state;
		for (const [channel, rows] of Map.groupBy(about, (row) => row.channel)) {
			const heard = rows.filter((row) => taken.has(nameOf(row)));
			for (const [index, row] of heard.entries()) {
				const before = heard[index - 1];
				const lastBefore = before && taken.get(nameOf(before))?.at(-1);
				const first = taken.get(nameOf(row))?.[0];
				if (lastBefore && first && attempts.indexOf(lastBefore) > attempts.indexOf(first))
					found.push(`UNTRUE: ${channel} has ${before.id} after ${row.id}, about ${key}`);
			}
			const last = heard.at(-1);
			const said = last?.notification.alerts.find((alert) => alert.key === key);
			// A recovery that this channel refused has gone to its fallback.
			if (!last || !said || rows.at(-1)?.result === "dead") continue;
			const current = state && isOpen(state) ? state.incident : undefined;
			// Whether a channel should know of the present incident at all is asked in `lost`.
			const isTrue = said.state === "firing" ? said.incident === current : said.incident !== current;
			if (!isTrue) found.push(`UNTRUE: ${channel} believes that ${key} is ${said.state}, but it is ${state?.phase}`);
		}
	}
	return found;
}

/** What arrived more often than crashes explain, or that changed between two tries. */
function doubled({ books, attempts, kills }: Evidence): string[] {
	const found: string[] = [];
	const rows = new Map(books.outbox.map((row) => [nameOf(row), row]));
	for (const [name, tries] of Map.groupBy(attempts, nameOf)) {
		const row = rows.get(name);
		if (!row) found.push(`DOUBLED: ${name} arrived, but the database does not know it`);
		if (new Set(tries.map(({ words }) => words)).size > 1) found.push(`DOUBLED: ${name} was not the same at each try`);
		const first = tries.findIndex(({ answer }) => answer !== "later");
		// A message that came again can be put off again.
		const again = first < 0 ? [] : tries.slice(first + 1).filter(({ answer }) => answer !== "later");
		const since = (tries[first]?.at ?? 0) - DEATH_MS;
		const crashes = kills.filter((at) => at >= since && at <= (again.at(-1)?.at ?? 0)).length;
		if (again.length > crashes)
			found.push(`DOUBLED: ${name} arrived ${again.length} times again, after ${crashes} crashes`);
		if (row?.result && (tries.at(-1)?.at ?? 0) > row.endedAt + DEATH_MS)
			found.push(`DOUBLED: ${name} was sent again after it was known to be over`);
	}
	return found;
}

/** A request of a process that is dead can be read a moment later, and its death is heard of a moment later, too, ms. */
const DEATH_MS = 500;

/** How many messages arrived once more. */
export function duplicatesIn(attempts: readonly Attempt[]): number {
	const taken = attempts.filter(({ answer }) => answer !== "later");
	return taken.length - new Set(taken.map(nameOf)).size;
}

function nameOf({ channel, id }: { readonly channel: string; readonly id: string }): string {
	return `${channel} ${id}`;
}

function isRecovery({ type }: Row["notification"]): boolean {
	return type === "alert.resolved";
}

function speaksOf({ alerts }: Row["notification"], incident: string): boolean {
	return alerts.some((alert) => alert.incident === incident);
}

/** A recovery is also over where the fallback was told of the incident by itself, and hears of its end by itself. */
function isTakenOver({ id, notification }: Row, { outbox }: Books): boolean {
	if (outbox.some((row) => row.id === `${id}-fb`)) return true;
	const others = outbox.filter((row) => row.channel === "chat" && isRecovery(row.notification));
	return (
		isRecovery(notification) &&
		notification.alerts.every(({ incident }) => others.some((row) => speaksOf(row.notification, incident)))
	);
}

interface Incident {
	readonly key: string;
	/** At which it fired and to which it got worse. */
	readonly levels: BadLevel[];
	isOver: boolean;
}

function incidentsOf(transitions: readonly Transition[]): ReadonlyMap<string, Incident> {
	const found = new Map<string, Incident>();
	for (const { key, change, level, incident } of transitions) {
		if (incident === undefined || !KEYS.some((known) => known === key)) continue;
		const known = found.get(incident) ?? { key, levels: [], isOver: false };
		found.set(incident, known);
		if (change === "fired" || change === "worsened") known.levels.push(level as BadLevel);
		if (change === "resolved") known.isOver = true;
	}
	return found;
}
