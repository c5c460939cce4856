import { formatDuration } from "../model/duration.ts";
import { count } from "../notify/words.ts";
import { inspect } from "../store/inspect.ts";
import type { OutboxRow } from "../store/store.ts";
import { critical, type Examination, type Finding, ok, skipped, warning } from "./examination.ts";
import { statOf } from "./files.ts";
import { aboutDaemon, type Patient } from "./patient.ts";

/** A message that waits longer than this after a failed attempt is stuck for people, ms. */
const STUCK_MS = 15 * 60_000;
const MOST_MESSAGES = 10_000;

/** What became of this channel's messages: disabled, waiting, given up. */
export const stateExamination = (channel: string, store: string, patient: Patient): Examination => ({
	name: "messages",
	async examine() {
		const disabled = (await aboutDaemon(patient))?.disabled[channel];
		if (!statOf(store)) return [skipped("nothing was sent yet")];
		try {
			const kept = inspect(store, (reader) => ({
				waiting: reader.outbox(MOST_MESSAGES, "waiting"),
				dead: reader.outbox(MOST_MESSAGES, "dead"),
			}));
			const own = (rows: readonly OutboxRow[]) => rows.filter(({ notification }) => notification.channel === channel);
			return judgeMessages({ waiting: own(kept.waiting), dead: own(kept.dead), disabled }, patient.clock.now());
		} catch {
			return [skipped("the store cannot be read")];
		}
	},
});

/** @param messages.disabled why the daemon uses it no more; undefined where it does */
export function judgeMessages(
	messages: {
		readonly waiting: readonly OutboxRow[];
		readonly dead: readonly OutboxRow[];
		readonly disabled?: string | undefined;
	},
	now: number,
): readonly Finding[] {
	const { waiting, dead, disabled } = messages;
	const findings: Finding[] = [];
	if (disabled !== undefined) {
		const todo = "Put its new address into the configuration and send SIGHUP; then dss-probe outbox replay --all-dead.";
		findings.push(critical(`the daemon has disabled it: ${disabled}`, todo));
	}
	const stuck = waiting.filter(
		({ notification, delivery }) => delivery.attempts > 0 && now - notification.dueAt > STUCK_MS,
	);
	const [oldest] = stuck;
	if (oldest) {
		const since = formatDuration(now - oldest.notification.dueAt);
		const seen = `${count(stuck.length, "message")} cannot be delivered, since ${since}: ${oldest.delivery.lastError ?? "no reason is known"}`;
		findings.push(
			critical(seen, "See what else stands here about this channel; dss-probe outbox list --waiting shows them."),
		);
	}
	const last = dead.at(-1);
	if (last?.ending) {
		const ago = formatDuration(now - last.ending.at);
		const seen = `${count(dead.length, "message")} ${dead.length === 1 ? "was" : "were"} given up, the last ${ago} ago: ${last.ending.detail}`;
		findings.push(
			warning(seen, "dss-probe outbox list --dead shows them; when the channel works, outbox replay sends them again."),
		);
	}
	return findings.length > 0 ? findings : [ok("nothing is stuck, nothing was given up")];
}
