import type { Instance } from "../dss/instance.ts";
import { type Contents, findContents } from "./contents.ts";
import type { Around } from "./looks.ts";
import { findNode, type Node } from "./node.ts";
import { type Proposal, propose } from "./propose.ts";
import { findKeys, type KeysFound } from "./rights.ts";

/** What was found at an address, and which checks follow from it. */
export interface Discovery {
	/** The instance, with the prefix under which its API answered. */
	readonly instance: Instance;
	readonly node: Node;
	readonly keys: KeysFound;
	readonly contents: Contents;
	readonly proposals: readonly Proposal[];
}

const MISSING = { is: "missing" } as const;

/**
 * Asks a node what it is, what its keys may do and what is on it, and chooses checks for it. Only reads, never throws for what
 * a node does, and works without a key too, as far as that goes.
 *
 * @param given its name, address and keys; of a Fleet Manager the key is ID:SECRET
 */
export async function discover(given: Instance, around: Around): Promise<Discovery> {
	const node = await findNode(given, around);
	const instance = node.is === "node" ? { ...given, apiPrefix: node.apiPrefix } : given;
	const hasApi = node.is === "node" && node.role !== "api" && node.role !== "fleet-manager";
	const keys = hasApi ? await findKeys(instance, around) : foreignKeys(instance, node);
	const contents = hasApi ? await findContents(instance, node.role, keys, around) : {};
	const hasDataDir = instance.dataDir !== undefined;
	const hasKey = (instance.apiKey ?? instance.adminKey) !== undefined;
	return { instance, node, keys, contents, proposals: propose({ node, keys, contents, hasDataDir, hasKey }) };
}

/** What is known of the key to a node that is no DSS: that of a Fleet Manager was tried when it was found. */
function foreignKeys({ apiKey }: Instance, node: Node): KeysFound {
	if (!apiKey || node.is !== "node" || node.role !== "fleet-manager") return { own: MISSING, admin: MISSING };
	const own = node.front
		? ({ is: "refused", fault: node.front } as const)
		: ({ is: "accepted", whose: "the Fleet Manager", isAdmin: undefined } as const);
	return { own, admin: own };
}

/** The word that `labels: { role: ... }` gets for a node, by which its checks find it. */
export function roleLabel({ node }: Pick<Discovery, "node">): string {
	return (node.is === "node" ? node.role : undefined) ?? "dss";
}
