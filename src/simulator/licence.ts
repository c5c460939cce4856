import { isAtLeast } from "../dss/version.ts";
import { countProfile } from "./people.ts";
import type { ApiRoute } from "./route.ts";
import { DAY_MS, type World } from "./world.ts";

const SEATS: Readonly<Record<string, number>> = { DESIGNER: 30, READER: 100 };

export const licenceRoutes: readonly ApiRoute[] = [
	{
		method: "GET",
		path: "/admin/licensing/status",
		since: "5.1",
		right: "INSTANCE_ADMIN",
		answer({ world, now }) {
			const expired = world.board.find("licence_expired");
			const expiring = world.board.find("licence_expiring");
			const days = expired ? -expired.days : (expiring?.days ?? 300);
			const expiresOn = Math.round(anchor(world) + days * DAY_MS);
			return {
				base: {
					hasLicense: true,
					valid: now < expiresOn,
					expired: now >= expiresOn,
					expiresOn,
					community: false,
					userProfiles: Object.keys(SEATS),
					// DSS 15 was seen without it.
					...(isAtLeast(world.version(), "15")
						? {}
						: {
								licenseContent: {
									licenseKind: "STANDARD",
									licenseId: "SIMULATED",
									licensee: { company: "Example" },
									properties: {},
								},
							}),
					ceEntrepriseTrial: false,
					ceEntrepriseTrialUntil: 0,
				},
				limits: { profileLimits: profileLimits(world), fallbackProfile: "READER" },
				features: { allowedConnectionTypes: ["Filesystem", "PostgreSQL"] },
			};
		},
	},
];

/** A licence ends at one moment, not "in five days" for ever: count from when the fault was set, or the node was made. */
function anchor({ board, bornAt }: World): number {
	const entry = board.entry("licence_expired") ?? board.entry("licence_expiring");
	return entry?.since ?? bornAt;
}

function profileLimits({ board }: World): object {
	const fault = board.find("licence_over_quota");
	return Object.fromEntries(
		Object.entries(SEATS).map(([profile, seats]) => {
			const over = fault?.profile === profile ? fault.by : 0;
			const count = over > 0 ? seats + over : countProfile(profile);
			const licensed = { profile, licensedLimit: seats };
			return [profile, { profile, licensed, directCount: count, countWithDemotedTo: count, overQuota: over }];
		}),
	);
}
