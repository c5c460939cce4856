import type { IncomingHttpHeaders } from "node:http";
import type { Board } from "./board.ts";
import { CANARY_PROJECT } from "./catalogue.ts";
import { notAuthenticated, unauthorized } from "./error.ts";
import type { Right } from "./fault.ts";

/** Who calls, and what they may do. The key itself is not part of it. */
export interface Caller {
	readonly id: string;
	readonly login: string;
	readonly groups: readonly string[];
	readonly isAdmin: boolean;
	mayUse(projectKey: string, right: Right): boolean;
}

/** Who calls what needs no key. */
export const NOBODY: Caller = { id: "nobody", login: "nobody", groups: [], isAdmin: false, mayUse: () => false };

const CANARY_RIGHTS: readonly Right[] = ["READ_CONF", "RUN_JOBS", "MONITOR_JOBS"];

/** Finds the caller behind a request's headers, or throws the 401 that DSS answers. */
export type Authenticate = (headers: IncomingHttpHeaders) => Caller;

/** The least-privilege key of a canary, and the key that may do everything. */
export function createAuthenticate(keys: { apiKey: string; adminKey?: string }, board: Board): Authenticate {
	const missing = (right: Right) => {
		const fault = board.find("right_missing");
		return fault !== undefined && (fault.right === undefined || fault.right === right);
	};
	const plain: Caller = {
		id: "api:canary",
		login: "probe-user",
		groups: ["monitoring"],
		isAdmin: false,
		mayUse: (projectKey, right) => projectKey === CANARY_PROJECT && CANARY_RIGHTS.includes(right) && !missing(right),
	};
	const admin: Caller = {
		id: "api:admin",
		login: "admin",
		groups: ["administrators"],
		isAdmin: true,
		mayUse: (_, right) => !missing(right),
	};
	return (headers) => {
		if (headers["x-dku-apiticket"] !== undefined) throw notAuthenticated("Unknown API ticket");
		const sent = sentKeys(headers.authorization);
		if (sent.length === 0) throw notAuthenticated("No API Key provided");
		const caller = sent.includes(keys.apiKey)
			? plain
			: keys.adminKey !== undefined && sent.includes(keys.adminKey)
				? admin
				: undefined;
		if (!caller) throw notAuthenticated("Unknown API Key");
		const revoked = board.find("key_revoked");
		if (revoked && (revoked.key === "all" || (revoked.key === "admin") === caller.isAdmin)) {
			board.take("key_revoked");
			throw notAuthenticated("Unknown API Key");
		}
		return caller;
	};
}

/** The keys that an Authorization header may mean: Basic in either field, or Bearer. */
function sentKeys(authorization: string | undefined): readonly string[] {
	const [, scheme, value] = /^(\w+) +(\S+) *$/.exec(authorization ?? "") ?? [];
	if (value === undefined) return [];
	if (scheme?.toLowerCase() === "bearer") return [value];
	if (scheme?.toLowerCase() !== "basic") return [];
	const plain = Buffer.from(value, "base64").toString("utf8");
	const colon = plain.indexOf(":");
	if (colon < 0) return [];
	// The whole is the key of a Fleet Manager: its id and its secret.
	return [plain.slice(0, colon), plain.slice(colon + 1), plain].filter((part) => part !== "");
}

/** Throws the 403 of a call that needs a global admin. */
export function requireAdmin(caller: Caller, board: Board): void {
	const fault = board.find("right_missing");
	const isMissing = fault !== undefined && (fault.right === undefined || fault.right === "INSTANCE_ADMIN");
	if (!caller.isAdmin || isMissing) throw unauthorized(`Action forbidden for ${caller.id}, you are not admin`);
}

/** Throws the 403 of a call that needs a right on a project. */
export function requireRight(caller: Caller, projectKey: string, right: Right): void {
	if (!caller.mayUse(projectKey, right)) {
		throw unauthorized(`Action forbidden for ${caller.id}: ${right} is missing on project ${projectKey}`);
	}
}
