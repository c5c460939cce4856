import * as z from "zod";
import { DAY_MS, formatDuration } from "../../model/duration.ts";
import type { Value } from "../../model/sample.ts";
import type { Reading } from "../api-kind.ts";
import { replyNumber } from "./reply-number.ts";

const users = z.array(
	z.looseObject({
		login: z.string(),
		enabled: z.boolean().nullish(),
		userProfile: z.string().nullish(),
		/** ms since 1970. */
		creationDate: replyNumber().nullish(),
		/** DSS spells it so. */
		activeWebSocketSesssions: replyNumber().nullish(),
	}),
);

const activities = z.array(
	z.looseObject({
		login: z.string(),
		lastSuccessfulLogin: replyNumber().nullish(),
		lastFailedLogin: replyNumber().nullish(),
		/** Documentation and client name it differently. */
		lastSessionActivity: replyNumber().nullish(),
		lastLoaded: replyNumber().nullish(),
	}),
);

interface Asked {
	readonly within: number;
	readonly dormant_after: number;
}

/** Reads `/admin/users/` and, where there is one, `/admin/users-activity`. */
export const readPeople: Reading<Asked> = async ({ get, getIfThere, dssNow }, options) => {
	const all = await get("/admin/users/", users, { includeSettings: false });
	const active = await getIfThere("/admin/users-activity", activities, { enabledUsersOnly: false });
	// Absent means enabled: DSS before it had the switch.
	const enabled = all.filter((one) => one.enabled !== false);
	const tabsOf = (one: (typeof all)[number]): number => one.activeWebSocketSesssions ?? 0;
	const connected = all.filter((one) => tabsOf(one) > 0).length;
	const values: Record<string, Value> = {
		users: all.length,
		enabled: enabled.length,
		connected,
		tabs: all.reduce((sum, one) => sum + tabsOf(one), 0),
	};
	if (active) Object.assign(values, activityOf(enabled, active, options, dssNow()));
	const profiles = [...Map.groupBy(enabled, ({ userProfile }) => userProfile ?? "")];
	const failed = Number(values["failed_logins"] ?? 0);
	return {
		values,
		facts: { profiles: Object.fromEntries(profiles.map(([profile, theirs]) => [profile, theirs.length])) },
		seen: [
			`${enabled.length} of ${all.length} users enabled, ${connected} connected`,
			...(active ? [`${values["active"]} active within ${formatDuration(options.within)}`] : []),
			...(active ? [`${values["dormant"]} dormant`] : []),
			...(failed > 0 ? [`${failed} failed to log in`] : []),
		].join(", "),
	};
};

function activityOf(
	enabled: z.output<typeof users>,
	activity: z.output<typeof activities>,
	options: Asked,
	now: number,
): Record<string, Value> {
	const byLogin = new Map(activity.map((one) => [one.login, one]));
	const lastOf = (login: string): number => {
		const one = byLogin.get(login);
		return Math.max(one?.lastSessionActivity ?? 0, one?.lastLoaded ?? 0, one?.lastSuccessfulLogin ?? 0);
	};
	const activeSince = (span: number): number =>
		[...byLogin.keys()].filter((login) => lastOf(login) > now - span).length;
	const isDormant = ({ login, creationDate }: (typeof enabled)[number]): boolean =>
		// Somebody new has had no time to come.
		Math.max(lastOf(login), creationDate ?? 0) <= now - options.dormant_after;
	return {
		active: activeSince(options.within),
		active_day: activeSince(DAY_MS),
		active_month: activeSince(30 * DAY_MS),
		dormant: enabled.filter(isDormant).length,
		failed_logins: activity.filter(
			({ login, lastFailedLogin }) =>
				(lastFailedLogin ?? 0) > now - options.within &&
				(lastFailedLogin ?? 0) > (byLogin.get(login)?.lastSuccessfulLogin ?? 0),
		).length,
	};
}
