import * as z from "zod";
import { DAY_MS } from "../../model/duration.ts";
import type { Value } from "../../model/sample.ts";
import type { Reading } from "../api-kind.ts";
import { replyNumber } from "./reply-number.ts";

/** DSS says so of a profile without a limit. */
const UNLIMITED = -1;
/** Fewer seats are mostly all taken, on purpose: a share says nothing of them, and one user too many is counted anyway. */
const FEWEST_SEATS = 10;

const status = z.looseObject({
	base: z.looseObject({
		valid: z.boolean().nullish(),
		expired: z.boolean().nullish(),
		/** ms since 1970; 0 for a licence that does not end. */
		expiresOn: replyNumber().nullish(),
		licenseContent: z.looseObject({ licenseKind: z.string().nullish() }).nullish(),
	}),
	limits: z
		.looseObject({
			profileLimits: z
				.record(
					z.string(),
					z.looseObject({
						licensed: z.looseObject({ licensedLimit: replyNumber().nullish() }).nullish(),
						countWithDemotedTo: replyNumber().nullish(),
						directCount: replyNumber().nullish(),
						overQuota: replyNumber().nullish(),
					}),
				)
				.nullish(),
		})
		.nullish(),
});

interface Seats {
	readonly profile: string;
	readonly seats: number;
	readonly users: number;
	readonly over: number;
}

/** Reads `/admin/licensing/status`. */
export const readLicence: Reading<object> = async ({ get, context }) => {
	const { base, limits } = await get("/admin/licensing/status", status);
	const isValid = base.valid !== false && base.expired !== true;
	const endsOn = base.expiresOn ?? 0;
	const daysLeft = endsOn > 0 ? (endsOn - context.clock.now()) / DAY_MS : undefined;
	const profiles = Object.entries(limits?.profileLimits ?? {}).flatMap(([profile, limit]): Seats[] => {
		const seats = limit.licensed?.licensedLimit ?? UNLIMITED;
		const users = limit.countWithDemotedTo ?? limit.directCount ?? 0;
		return seats < 0 ? [] : [{ profile, seats, users, over: limit.overQuota ?? 0 }];
	});
	const byUse = profiles.toSorted((a, b) => usedOf(b) - usedOf(a));
	const [fullest] = byUse;
	const large = byUse.find(({ seats, users }) => seats >= FEWEST_SEATS || users > seats);
	const values: Record<string, Value> = {
		valid: isValid,
		over_quota: profiles.reduce((sum, { over }) => sum + over, 0),
	};
	if (daysLeft !== undefined) values["days_left"] = daysLeft;
	if (large) Object.assign(values, { seats_used: usedOf(large), profile: large.profile });
	const kind = base.licenseContent?.licenseKind ?? undefined;
	return {
		values,
		facts: { profiles },
		seen: [
			`licence${kind === undefined ? "" : ` ${kind}`} ${isValid ? "valid" : "not valid"}`,
			daysLeft === undefined ? "does not end" : ends(daysLeft),
			...(fullest ? [`${fullest.profile} ${fullest.users} of ${fullest.seats} seats`] : []),
		].join(", "),
	};
};

function usedOf({ seats, users }: Seats): number {
	// A profile without a seat is full by its first user.
	return seats > 0 ? users / seats : users > 0 ? users + 1 : 0;
}

function ends(daysLeft: number): string {
	const days = Math.floor(Math.abs(daysLeft));
	return `${daysLeft >= 0 ? "ends in" : "ended"} ${days} ${days === 1 ? "day" : "days"}${daysLeft >= 0 ? "" : " ago"}`;
}
