import { isoTime } from "../clock.ts";
import type { Replayed } from "../model/desk.ts";
import { redactor } from "../model/secret.ts";
import { oneLine } from "../notify/words.ts";
import type { OutboxRow } from "../store/store.ts";
import { configFile } from "./config-file.ts";
import { EXIT, UserError } from "./exit.ts";
import type { Verb } from "./io.ts";
import { readStore } from "./read-store.ts";
import { requireConfig } from "./source.ts";
import { loginName, talk, whenItHolds } from "./talk.ts";
import { type Style, table } from "./terminal.ts";
import { stamp } from "./times.ts";

export interface OutboxListOptions {
	readonly config?: string;
	readonly dead?: boolean;
	readonly waiting?: boolean;
	/** Those that were sent, too. */
	readonly all?: boolean;
	readonly json?: boolean;
}

/** The newest messages that are shown. */
const MOST = 1_000;
const STYLES: Readonly<Record<string, Style>> = { sent: "good", waiting: "warn", dead: "bad" };

/** `outbox list`: messages that wait and messages that were given up. */
export const outboxList: Verb<OutboxListOptions> = async (options, io) => {
	const { terminal } = io;
	const config = requireConfig(configFile(options.config, io.env), io, { quiet: true });
	const redact = redactor(config.secrets);
	// Both words together mean both, as none does.
	const isBoth = options.dead === options.waiting;
	const rows = await readStore(config.store.path, (store) => {
		if (options.all) return store.outbox(MOST);
		const dead = isBoth || options.dead ? store.outbox(MOST, "dead") : [];
		return [...dead, ...(isBoth || options.waiting ? store.outbox(MOST, "waiting") : [])];
	});
	const nothing = isBoth ? "Nothing waits, nothing is dead." : options.dead ? "Nothing is dead." : "Nothing waits.";
	if (options.json) terminal.out(redact(JSON.stringify(rows.map(rowJson))));
	else if (rows.length === 0) terminal.out(options.all ? "The outbox is empty." : nothing);
	else {
		const heads = ["ID", "STATE", "CHANNEL", "TYPE", "DECIDED (UTC)", "TRIES", "ABOUT", "LAST ERROR"];
		const lines = rows.map((row) => {
			const { id, channel, type, createdAt, alerts } = row.notification;
			const state = row.ending?.result ?? "waiting";
			return [
				{ text: id },
				{ text: state, ...(STYLES[state] && { style: STYLES[state] }) },
				{ text: channel },
				{ text: type.replace("alert.", "") },
				{ text: stamp(createdAt) },
				{ text: String(row.delivery.attempts), right: true },
				{ text: oneLine(alerts.map(({ key }) => key).join(" "), 80) },
				{ text: redact(oneLine(problemOf(row))) },
			];
		});
		terminal.out(table(terminal, heads, lines));
	}
	return EXIT.ok;
};

export interface OutboxReplayOptions {
	readonly config?: string;
	readonly id?: string;
	readonly allDead?: boolean;
}

/**
 * `outbox replay`: queues dead letters again, under the same ids.
 *
 * @returns 1 where one of them was left as it is
 */
export const outboxReplay: Verb<OutboxReplayOptions> = async ({ config: file, id, allDead }, io) => {
	if ((id === undefined) !== (allDead === true)) {
		throw new UserError("say which: the id of a dead letter (dss-probe outbox list --dead), or --all-dead", EXIT.usage);
	}
	const config = requireConfig(configFile(file, io.env), io, { quiet: true });
	const wish = { ...(id !== undefined && { id }), all: allDead === true, author: loginName() };
	const told = await talk<readonly Replayed[]>(config, "/outbox/replay", wish, io);
	const queued = told.value.filter(({ leftBecause }) => leftBecause === undefined);
	for (const one of told.value) {
		io.terminal.out(`${one.id} to ${one.channel}: ${one.leftBecause ? `left, ${one.leftBecause}` : "queued again"}`);
	}
	if (told.value.length === 0) io.terminal.out("There are no dead letters.");
	if (queued.length > 0 && !told.byDaemon) io.terminal.out(whenItHolds(told));
	return queued.length === told.value.length ? EXIT.ok : EXIT.warning;
};

function problemOf({ ending, delivery }: OutboxRow): string {
	return ending?.result === "dead" ? ending.detail : (delivery.lastError ?? "");
}

function rowJson({ notification, delivery, ending }: OutboxRow): object {
	const { id, channel, type, createdAt, dueAt, reason, severity, alerts } = notification;
	return {
		id,
		state: ending?.result ?? "waiting",
		channel,
		type,
		reason,
		severity,
		alerts: alerts.map(({ key, incident }) => ({ key, incident })),
		created_at: isoTime(createdAt),
		due_at: isoTime(dueAt),
		attempts: delivery.attempts,
		...(ending ? { ended_at: isoTime(ending.at) } : { next_at: isoTime(delivery.nextAt) }),
		...(delivery.lastError !== undefined && { last_error: delivery.lastError }),
		...(ending && ending.detail !== "" && { detail: ending.detail }),
	};
}
