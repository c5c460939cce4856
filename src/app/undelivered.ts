import type { Notification, Told } from "../model/notification.ts";
import type { Ledger } from "../store/ledger.ts";

/** What has to be remembered of a problem that never arrived on its channel. */
export interface Undelivered {
	readonly told: readonly Told[];
	/** Recoveries that wait for that channel already, with the words that the problem itself is missing there. */
	readonly recoveries: readonly Notification[];
}

/**
 * Notes that a channel without a fallback never got a problem, so that the message about its end does not speak of
 * something that nobody there has heard of.
 *
 * @param message the message that was given up or refused
 * @param reason why
 * @param firstOf id of the message that first told that channel of an incident, where one is known
 */
export function noteUndelivered(
	message: Notification,
	reason: string,
	ledger: Pick<Ledger, "told" | "unsent">,
	firstOf: (incident: string) => string | undefined,
): Undelivered {
	if (message.type === "alert.resolved" || message.type === "test") return { told: [], recoveries: [] };
	const { id, channel, alerts } = message;
	const told = alerts
		.flatMap(({ key }) => ledger.told(key))
		.filter((entry) => entry.channel === channel && entry.notification === id && !entry.heard && !entry.lost)
		.map((entry) => ({ ...entry, undelivered: reason }));
	const unheard = new Set(
		alerts.map(({ incident }) => incident).filter((incident) => [id, undefined].includes(firstOf(incident))),
	);
	const recoveries = [...ledger.unsent()]
		.map(({ notification }) => notification)
		.filter((one) => one.channel === channel && one.type === "alert.resolved")
		.filter((one) => one.alerts.some(({ incident }) => unheard.has(incident)))
		.map((one) => ({
			...one,
			alerts: one.alerts.map((alert) => (unheard.has(alert.incident) ? { ...alert, undelivered: reason } : alert)),
		}));
	return { told, recoveries };
}
