import { type Alert, isOpen, type Transition } from "../model/alert.ts";
import type { Kin } from "./kin.ts";

/** A check as far as looking at it sooner goes. */
export interface Looked {
	readonly key: string;
	readonly retryEveryMs: number;
	readonly confirmMs: number;
	readonly labels: Readonly<Record<string, string>>;
	readonly parents: readonly string[];
}

/** A wish to look at a check in so many ms. */
export interface Look {
	readonly key: string;
	readonly inMs: number;
}

/** What is known of the other checks. */
export interface Surroundings {
	readonly kin: Kin;
	/** Checks that share the trouble of this one, if it has such a trouble. */
	readonly peers: readonly string[];
	check(key: string): Looked | undefined;
	alert(key: string): Alert | undefined;
}

/**
 * The layers that help to name a culprit. A job is too dear to be asked for an opinion; details (a walk over the whole disk is
 * among them) say nothing of the instance as a whole.
 */
const TELLING: ReadonlySet<string> = new Set(["host", "machine", "backend", "api"]);

/**
 * Who should be looked at before the plan says so: the check itself while it is unsure, and those whose state helps to
 * name the culprit or decides whether anyone is told. Pure.
 *
 * @param change what the newest sample did to the alert
 */
export function looksAfter(
	check: Looked,
	alert: Alert,
	change: Transition["change"] | undefined,
	around: Surroundings,
	now: number,
): readonly Look[] {
	const { state } = alert;
	const looks: Look[] = [];
	const unsure =
		state.phase === "pending" || state.phase === "recovering" || (state.phase === "firing" && state.turning);
	if (unsure) looks.push({ key: check.key, inMs: Math.max(0, alert.sampledAt + check.retryEveryMs - now) });
	else if (isOpen(state)) {
		// A parent or a peer came back: a last look when it had its time to come back, too. Only then is it told.
		const recovered = Math.max(
			0,
			...[...check.parents, ...around.peers].map((key) => around.alert(key)?.resolvedAt ?? 0),
		);
		const settled = recovered + check.confirmMs;
		if (recovered >= state.since && alert.sampledAt < settled) looks.push({ key: check.key, inMs: settled - now });
	}
	if (state.phase === "pending" || change === "fired") {
		// Parents count wherever they are; the rest of the family sees the same node at other depths.
		for (const key of new Set([...around.kin.family(check.key), ...check.parents])) {
			const relative = around.check(key);
			if (!relative || key === check.key) continue;
			if (!check.parents.includes(key) && !TELLING.has(relative.labels["layer"] ?? "")) continue;
			// One that is bad itself is looked at in its own time: more looks in between would only fire it sooner.
			const known = around.alert(key);
			if (known && known.state.phase !== "inactive") continue;
			const stale = Math.max(state.since, alert.sampledAt - relative.retryEveryMs);
			if ((known?.sampledAt ?? 0) < stale) looks.push({ key, inMs: 0 });
		}
	}
	if (change === "resolved") {
		for (const key of [...around.kin.descendants(check.key), ...around.peers]) {
			const child = around.alert(key);
			if (child && isOpen(child.state)) looks.push({ key, inMs: 0 });
		}
	}
	return looks;
}
