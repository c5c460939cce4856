import { type Alert, isOpen } from "../model/alert.ts";
import type { CauseCode } from "../model/cause.ts";
import type { ParentView } from "./view.ts";

/** A check as far as its peers go. */
interface Peering {
	readonly key: string;
	readonly parents: readonly string[];
	readonly labels: Readonly<Record<string, string>>;
	readonly instance: { readonly name: string };
	/** It asks what only administrators may know. */
	readonly asAdmin?: true;
}

/** What is wrong with the key or with the way to the API, and not with the one thing that a check asks for. */
const SHARED: ReadonlySet<CauseCode> = new Set<CauseCode>([
	"key_rejected",
	"key_missing",
	"login_page",
	"redirected",
	"rate_limited",
]);

/** Checks that share their trouble, and so are told once. */
export interface Peers {
	/** Those that would have the same trouble as the alert of a check; none where it is the check's own. */
	sharing(key: string, alert: Alert): readonly string[];
	/** Those that have a trouble of that sort now. */
	troubled(key: string, alertOf: (key: string) => Alert | undefined): readonly string[];
}

/**
 * The peers of a check are the other details of its instance that go with the same rights. The depths have none, for they
 * explain each other; nor have those that a named parent joins.
 */
export function createPeers(checks: readonly Peering[]): Peers {
	const details = checks.filter(({ labels }) => labels["layer"] === "detail");
	const admins = new Set(details.flatMap(({ key, asAdmin }) => (asAdmin ? [key] : [])));
	const circles = new Map<string, readonly string[]>();
	const alike = Map.groupBy(details, ({ instance, key }) => `${instance.name} ${admins.has(key)}`);
	for (const circle of alike.values()) {
		const named = new Set(circle.map(({ key }) => key));
		const joined = circle.flatMap(({ key, parents }) => {
			const above = parents.filter((parent) => named.has(parent));
			return above.length > 0 ? [key, ...above] : [];
		});
		const free = [...named.difference(new Set(joined))];
		for (const key of free) circles.set(key, free);
	}
	const of = (key: string): readonly string[] => (circles.get(key) ?? []).filter((one) => one !== key);
	// Administrators' checks also share their right.
	const isShared = (key: string, { cause }: Alert): boolean =>
		cause !== undefined && (SHARED.has(cause.code) || (cause.code === "right_missing" && admins.has(key)));
	return {
		sharing: (key, alert) => (isShared(key, alert) ? of(key) : []),
		troubled: (key, alertOf) =>
			of(key).filter((peer) => {
				const alert = alertOf(peer);
				return alert !== undefined && isOpen(alert.state) && isShared(peer, alert);
			}),
	};
}

/**
 * The peers that speak for an open alert: those that fired before it for the same reason, and those that came back since it
 * began, for then it is about to come back, too. The first one that fired has none of the former: somebody is told.
 */
export function speakersFor(key: string, alertOf: (key: string) => Alert, peers: Peers): readonly ParentView[] {
	const own = alertOf(key);
	const { state } = own;
	if (!isOpen(state)) return [];
	const speaks = (peer: Alert): boolean => {
		if (!isOpen(peer.state)) return peer.resolvedAt !== undefined && peer.resolvedAt >= state.since;
		if (peer.cause?.code !== own.cause?.code) return false;
		const earlier = peer.state.firedAt - state.firedAt;
		return earlier < 0 || (earlier === 0 && peer.key < own.key);
	};
	return peers
		.sharing(key, own)
		.map(alertOf)
		.filter(speaks)
		.map((alert) => ({ key: alert.key, isPeer: true, alert, confirmMs: 0 }));
}
