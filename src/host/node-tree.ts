import type { Process } from "./proc.ts";
import { inheritedRole, MAIN_ROLES, naming, type Role, signOf } from "./roles.ts";

/** A process of one DSS node. */
interface Member {
	readonly process: Process;
	readonly role: Role;
	/** Its own backend, or notebook server, is gone; it goes on all the same and holds its memory. */
	readonly isOrphan: boolean;
	/** Has a child that lives. */
	readonly hasChild: boolean;
}

/** The processes of one DSS node, and its dead children that nobody took notice of. */
export interface NodeTree {
	readonly members: readonly Member[];
	readonly zombies: readonly Process[];
}

/** What a process of a role cannot live without for long. */
const KEEPERS: Partial<Record<Role, readonly Role[]>> = {
	jek: MAIN_ROLES,
	fek: MAIN_ROLES,
	kernel: ["jupyter"],
};

/**
 * Finds the processes of one node. A process belongs to it by a sign of its own together with the data directory (in its
 * command line, or as its working folder), or because it descends from one that does. Pure.
 *
 * A kernel that outlives its backend hangs below process 1, so parenthood alone would lose it: hence the signs.
 *
 * @param folders the data directory, as given and without links: one machine may run several nodes
 */
export function recogniseNode(processes: readonly Process[], folders: readonly string[]): NodeTree {
	const isNamed = naming(folders);
	const byPid = new Map(processes.map((one) => [one.pid, one]));
	const roles = new Map<number, Role | undefined>();

	/** A parent that is younger than its child got its number later: the real one is gone. */
	function parentOf(one: Process): Process | undefined {
		const parent = byPid.get(one.parent);
		return parent && parent.startTicks <= one.startTicks ? parent : undefined;
	}

	function roleOf(one: Process): Role | undefined {
		if (roles.has(one.pid)) return roles.get(one.pid);
		// Against parents that go in a circle, which a list that was read bit by bit may show.
		roles.set(one.pid, undefined);
		const parent = parentOf(one);
		const above = parent && roleOf(parent);
		const sign = signOf(one.args);
		const isOwn = sign !== undefined && (above !== undefined || namesNode(one));
		const role = isOwn ? sign : above && inheritedRole(above, one.args);
		roles.set(one.pid, role);
		return role;
	}

	function namesNode({ args, cwd }: Process): boolean {
		return args.some(isNamed) || (cwd !== undefined && isNamed(cwd));
	}

	function hasAbove(one: Process, wanted: readonly Role[]): boolean {
		const seen = new Set<number>();
		for (let up = parentOf(one); up && !seen.has(up.pid); up = parentOf(up)) {
			seen.add(up.pid);
			const role = up.state === "Z" ? undefined : roleOf(up);
			if (role !== undefined && wanted.includes(role)) return true;
		}
		return false;
	}

	const parents = new Set(processes.filter(({ state }) => state !== "Z").map(({ parent }) => parent));
	const members = processes.flatMap((one): readonly Member[] => {
		const role = one.state === "Z" ? undefined : roleOf(one);
		if (role === undefined) return [];
		const keepers = KEEPERS[role];
		const isOrphan = keepers !== undefined && signOf(one.args) === role && !hasAbove(one, keepers);
		return [{ process: one, role, isOrphan, hasChild: parents.has(one.pid) }];
	});
	const zombies = processes.filter((one) => {
		const parent = parentOf(one);
		return one.state === "Z" && parent !== undefined && roleOf(parent) !== undefined;
	});
	return { members, zombies };
}
