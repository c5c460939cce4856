import type { ApiRoute } from "./route.ts";
import { DAY_MS, HOUR_MS } from "./world.ts";

interface Person {
	readonly login: string;
	readonly displayName: string;
	readonly groups: readonly string[];
	readonly profile: "DESIGNER" | "READER";
	readonly isEnabled: boolean;
	/** Open browser tabs. */
	readonly tabs: number;
	/** How long ago the last session was active; absent: never. */
	readonly activeAgoMs?: number;
}

const PEOPLE: readonly Person[] = [
	{
		login: "admin",
		displayName: "Administrator",
		groups: ["administrators"],
		profile: "DESIGNER",
		isEnabled: true,
		tabs: 1,
		activeAgoMs: 60_000,
	},
	{
		login: "alice",
		displayName: "Alice",
		groups: ["data"],
		profile: "DESIGNER",
		isEnabled: true,
		tabs: 2,
		activeAgoMs: 5 * 60_000,
	},
	{
		login: "bob",
		displayName: "Bob",
		groups: ["data"],
		profile: "READER",
		isEnabled: true,
		tabs: 0,
		activeAgoMs: 3 * DAY_MS,
	},
	{ login: "carol", displayName: "Carol", groups: ["data"], profile: "READER", isEnabled: false, tabs: 0 },
];

export const personRoutes: readonly ApiRoute[] = [
	{
		method: "GET",
		path: "/auth/info",
		answer: ({ caller, query }) => ({
			authIdentifier: caller.id,
			groups: caller.groups,
			associatedDSSUser: caller.login,
			userProfile: caller.isAdmin ? "DESIGNER" : "READER",
			...(query.flag("withSecrets") ? { secrets: [] } : {}),
		}),
	},
	{
		method: "GET",
		path: "/admin/users/",
		right: "INSTANCE_ADMIN",
		answer: ({ query, now }) =>
			PEOPLE.filter(({ tabs }) => !query.flag("connected") || tabs > 0).map((person) => ({
				login: person.login,
				displayName: person.displayName,
				groups: person.groups,
				sourceType: "LOCAL",
				userProfile: person.profile,
				enabled: person.isEnabled,
				codeAllowed: person.profile === "DESIGNER",
				creationDate: now - 400 * DAY_MS,
				email: `${person.login}@example.com`,
				activeWebSocketSesssions: person.tabs,
				trialStatus: { exists: false, expired: false, valid: false, expiresOn: 0, grantedOn: 0 },
			})),
	},
	{
		method: "GET",
		path: "/admin/users-activity",
		since: "10.0",
		right: "INSTANCE_ADMIN",
		answer: ({ world, query, now }) =>
			PEOPLE.filter(({ isEnabled }) => isEnabled || !query.flag("enabledUsersOnly")).map(
				({ login, isEnabled, activeAgoMs }) => ({
					login,
					lastSuccessfulLogin: activeAgoMs === undefined ? 0 : now - activeAgoMs - HOUR_MS,
					lastFailedLogin: isEnabled && world.board.find("logins_fail") ? now : 0,
					lastSessionActivity: activeAgoMs === undefined ? 0 : now - activeAgoMs,
				}),
			),
	},
	{
		method: "GET",
		path: "/users",
		since: "14.0",
		answer: () =>
			PEOPLE.filter(({ isEnabled }) => isEnabled).map(({ login, displayName }) => ({
				login,
				displayName,
				enabled: true,
			})),
	},
	{
		method: "GET",
		path: "/groups",
		since: "14.0",
		answer: () => [...new Set(PEOPLE.flatMap(({ groups }) => groups))].map((name) => ({ name })),
	},
];

/** Enabled users of a profile, for the licence. */
export const countProfile = (profile: string): number =>
	PEOPLE.filter((person) => person.isEnabled && person.profile === profile).length;
