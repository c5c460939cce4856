import type { Alert } from "../model/alert.ts";
import type { Delivery, Notification, Told } from "../model/notification.ts";

/** What was stamped within so many ms was stamped by the clock as it goes now: a set clock is noticed a moment later. */
const NOTICED_MS = 2_000;

/**
 * Restates what is remembered on a wall clock that was set: as if it had always gone as it goes now. Otherwise whatever
 * is due some time after a remembered moment would come late, or early, by the whole correction.
 *
 * @param ms by how much the clock was set, negative: back
 * @param now the clock as it goes now
 */
export function restate(ms: number, now: number) {
	const moved = (at: number): number => (at <= now && at > now - NOTICED_MS ? at : at + ms);
	/** Moments of a state go by these names, at whatever depth. */
	const moments = new Set(["since", "firedAt", "goodSince", "firmSince"]);
	const inside = <Kept>(kept: Kept): Kept => {
		if (typeof kept !== "object" || kept === null) return kept;
		const fields = Object.entries(kept).map(([name, value]) => [
			name,
			moments.has(name) && typeof value === "number" ? moved(value) : inside(value),
		]);
		return Object.fromEntries(fields) as Kept;
	};
	return {
		alert: (alert: Alert): Alert => ({
			...alert,
			state: inside(alert.state),
			sampledAt: moved(alert.sampledAt),
			...(alert.resolvedAt !== undefined && { resolvedAt: moved(alert.resolvedAt) }),
		}),
		waiting<Unsent extends { readonly notification: Notification; readonly delivery: Delivery }>(one: Unsent) {
			const { notification, delivery } = one;
			const createdAt = moved(notification.createdAt);
			if (createdAt === notification.createdAt) return one;
			return {
				notification: { ...notification, createdAt, dueAt: notification.dueAt + ms },
				delivery: { ...delivery, nextAt: delivery.nextAt + ms },
			};
		},
		told: (entry: Told): Told => ({
			...entry,
			at: moved(entry.at),
			alert: { ...entry.alert, since: moved(entry.alert.since) },
			...(entry.overAt !== undefined && { overAt: moved(entry.overAt) }),
		}),
	};
}
