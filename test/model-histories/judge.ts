import { targetsFor } from "../../src/dispatch/targets.ts";
import { routingLabels } from "../../src/dispatch/view.ts";
import { type Alert, isOpen, type Transition } from "../../src/model/alert.ts";
import { isWorse, type Level } from "../../src/model/verdict.ts";
import { aView } from "../support/builders.ts";
import { CHANNELS, type ChannelName, KEYS, planOf } from "./history.ts";
import type { Heard, Played } from "./world.ts";

/** Everything in which a history breaks the promises; empty as a rule. */
export function judge(played: Played): readonly string[] {
	const wrong: string[] = [...played.mistakes];
	const waiting = [...played.parts.ledger.unsent()].filter(({ notification }) => notification.dueAt < played.now);
	if (waiting.length > 0) wrong.push(`at rest ${waiting.length} messages still wait`);
	for (const key of KEYS) {
		for (const channel of CHANNELS) {
			const place = `${channel} about ${key}`;
			for (const what of [...judgeHeard(played, channel, key), ...judgeAtRest(played, channel, key)]) {
				wrong.push(`${place}: ${what}`);
			}
		}
	}
	return wrong;
}

function heardBy({ heard }: Played, channel: ChannelName, key: string): readonly Heard[] {
	return heard.filter(({ message, alert }) => message.channel === channel && alert.key === key);
}

/** Whether a message about an incident was given up on a channel: it was handed over, and the truth is told there. */
function isLost({ dead }: Played, channel: ChannelName, incident: string): boolean {
	return dead.some((one) => one.channel === channel && one.alerts.some((each) => each.incident === incident));
}

/** What must hold of all that a channel ever heard about an alert. */
function judgeHeard(played: Played, channel: ChannelName, key: string): readonly string[] {
	const wrong: string[] = [];
	const over = new Set<string>();
	const seen = new Map<string, { firing: number; flapping: number; acknowledged: number }>();
	const changes = (incident: string, ...wanted: readonly Transition["change"][]) =>
		played.transitions.filter((one) => one.incident === incident && wanted.includes(one.change)).length;
	for (const { at, message, alert } of heardBy(played, channel, key)) {
		const { type } = message;
		const { incident, state } = alert;
		const isHandedOver = message.failedChannels !== undefined;
		const must = (holds: boolean, what: string) => {
			if (!holds) wrong.push(`${what} (${type} of ${incident} at ${at} s)`);
		};
		const known = seen.get(incident);
		must(!over.has(incident), "something is said about an incident that is over");
		must(state === (type === "alert.resolved" ? "resolved" : "firing"), "a message is not of its alert's state");
		if (type === "alert.resolved") {
			must(
				known !== undefined || isHandedOver || isLost(played, channel, incident),
				"a problem that was never heard is over",
			);
			over.add(incident);
			continue;
		}
		if (!known) {
			must(type !== "alert.reminder" || isHandedOver || isLost(played, channel, incident), "the first is a reminder");
			must(
				isHandedOver || [...seen.keys()].every((other) => over.has(other) || isLost(played, channel, other)),
				"a new incident begins before the old one is over",
			);
		}
		const counts = known ?? { firing: 0, flapping: 0, acknowledged: 0 };
		seen.set(incident, counts);
		if (isHandedOver) continue;
		if (type === "alert.firing") counts.firing++;
		if (type === "alert.flapping") counts.flapping++;
		if (type === "alert.acknowledged") counts.acknowledged++;
		must(type !== "alert.escalated" || known === undefined, "a channel that knows is escalated to");
		must(counts.acknowledged <= 1, "an acknowledgement is told twice");
		must(counts.flapping <= changes(incident, "flapping"), "flapping is told too often");
		must(
			counts.firing <= 1 + changes(incident, "worsened", "steadied"),
			"a problem is told more often than it changed for the worse",
		);
	}
	return wrong;
}

/** What must hold at rest: the last that was heard is the truth. */
function judgeAtRest(played: Played, channel: ChannelName, key: string): readonly string[] {
	const { parts, checks } = played;
	const check = checks.find((one) => one.key === key);
	const alert = parts.ledger.alert(key);
	const last = heardBy(played, channel, key).at(-1);
	if (!check || !alert || !isOpen(alert.state)) {
		if (parts.ledger.told(key).length > 0) return ["the ledger is not closed"];
		return last?.alert.state === "firing" && !isLost(played, channel, last.alert.incident)
			? ["what is over was last heard to last"]
			: [];
	}
	const { state } = alert;
	if (
		last?.alert.state === "firing" &&
		last.alert.incident !== state.incident &&
		!isLost(played, channel, last.alert.incident)
	) {
		return ["an old incident was not heard to be over"];
	}
	const level = state.level;
	const labels = routingLabels(
		{ ...aView(alert), instance: check.instance.name, check: check.name, labels: check.labels },
		level,
	);
	const target = targetsFor(planOf(played.plan).routes, labels).find((one) => one.channel === channel);
	const isQuiet = check.parents.some((parent) => explains(parts.ledger.alert(parent), level, checks));
	const isAcked = alert.ack?.incident === state.incident;
	if (!target || isQuiet || state.phase !== "firing" || isLost(played, channel, state.incident)) return [];
	if (target.afterMs > 0 && (isAcked || played.now < state.firedAt + target.afterMs + 60_000)) return [];
	if (last?.alert.state !== "firing") return ["what lasts was not heard to last"];
	const wrong: string[] = [];
	if (isWorse(level, last.alert.level)) wrong.push(`it is ${level}, but was heard to be ${last.alert.level}`);
	if ((last.alert.flapping === true) !== (state.flapping !== undefined)) {
		wrong.push(last.alert.flapping ? "it was heard to flap, but is firm" : "it flaps, but was heard to be firm");
	}
	return wrong;

	function explains(parent: Alert | undefined, level: Level, watched: Played["checks"]): boolean {
		if (!parent || !watched.some((one) => one.key === parent.key)) return false;
		return isOpen(parent.state) && (parent.state.level !== "unknown" || level === "unknown");
	}
}
