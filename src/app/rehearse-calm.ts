import type { Check } from "../config/checks.ts";
import type { Alert } from "../model/alert.ts";

/** This many looks in a row must change nothing before the ones after them are left out. */
const CALM_LOOKS = 2;

/** Checks that can bear on each other: those of an instance, and parents and children wherever they are. */
export interface Circle {
	readonly members: readonly string[];
	/** By member, how many looks in a row changed nothing. */
	readonly calm: Map<string, number>;
}

/** Sorts checks into circles. */
export function circlesOf(checks: readonly Check[]): ReadonlyMap<string, Circle> {
	const above = new Map<string, string>();
	const rootOf = (name: string): string => {
		let root = name;
		for (let next = above.get(root); next !== undefined; next = above.get(root)) root = next;
		if (root !== name) above.set(name, root);
		return root;
	};
	const join = (a: string, b: string): void => {
		const [from, to] = [rootOf(a), rootOf(b)];
		if (from !== to) above.set(from, to);
	};
	for (const { key, instance, parents } of checks) {
		join(key, `instance ${instance.name}`);
		for (const parent of parents) join(key, parent);
	}
	const circles = new Map<string, Circle & { readonly members: string[] }>();
	const byKey = new Map<string, Circle>();
	for (const { key } of checks) {
		const root = rootOf(key);
		const circle = circles.get(root) ?? { members: [] as string[], calm: new Map<string, number>() };
		circles.set(root, circle);
		circle.members.push(key);
		byKey.set(key, circle);
	}
	return byKey;
}

/** Notes what a look did to an alert. A change of one member unsettles them all. */
export function noteLook(circle: Circle, key: string, before: Alert | undefined, after: Alert | undefined): void {
	if (isStill(before, after)) circle.calm.set(key, (circle.calm.get(key) ?? 0) + 1);
	else circle.calm.clear();
}

export function isCalm({ members, calm }: Circle): boolean {
	return calm.size === members.length && members.every((key) => (calm.get(key) ?? 0) >= CALM_LOOKS);
}

/** Whether a look changed nothing but the time of the newest sample, and the same look will change nothing again. */
function isStill(before: Alert | undefined, after: Alert | undefined): boolean {
	if (before === undefined || after === undefined) return before === after;
	if (before === after) return isLasting(after);
	return isLasting(after) && comparable(before) === comparable(after);
}

/** A streak that is being counted, or a memory of turns that grows older, needs every look. */
function isLasting({ state, flips }: Alert): boolean {
	if (flips !== undefined && flips !== 0) return false;
	if (state.phase === "firing") return state.turning === undefined && state.flapping === undefined;
	return state.phase === "inactive";
}

function comparable({ sampledAt: _sampledAt, ...rest }: Alert): string {
	return JSON.stringify(rest);
}
