import * as z from "zod";
import { type Answer, createDssClient, type DssClient } from "../../dss/client.ts";
import { evidence } from "../../dss/evidence.ts";
import { ADMIN_CALL, NO_JOB } from "../../dss/rights.ts";
import { CAUSES } from "../../model/cause.ts";
import { DAY_MS } from "../../model/duration.ts";
import type { Value } from "../../model/sample.ts";
import type { Asking, Reading } from "../api-kind.ts";
import type { ProbeContext } from "../kind.ts";
import { replyNumber } from "./reply-number.ts";

const identity = z.looseObject({
	authIdentifier: z.string(),
	groups: z.array(z.string()).nullish(),
	associatedDSSUser: z.string().nullish(),
});

/** A row may hold a key in clear: only what is needed is taken. */
const keys = z.array(
	z.object({ id: z.string().nullish(), label: z.string().nullish(), expiresOn: replyNumber().nullish() }),
);

type Right = "READ_CONF" | "MONITOR_JOBS" | "RUN_JOBS" | "ADMIN";

interface Asked {
	readonly projects: readonly string[];
	readonly require: readonly Right[];
	readonly label?: string | undefined;
}

/** Reads `/auth/info`, tries each right without starting anything, and looks the key up in the list that admin_key sees. */
export const readKey: Reading<Asked> = async (asking, options) => {
	const { get, context } = asking;
	const who = await get("/auth/info", identity, { withSecrets: false });
	const isAdmin = (await refusalOf(asking, asking.client.get(ADMIN_CALL))) === undefined;
	const missing: string[] = [];
	for (const project of options.projects) {
		for (const right of options.require) {
			const refusal = await refusalOf(asking, tryRight(asking.client, project, right));
			if (refusal === "right") missing.push(`${project}:${right}`);
		}
	}
	const expiry = await expiryOf(context, who.authIdentifier, options.label);
	const daysLeft = expiry.endsAt === undefined ? undefined : (expiry.endsAt - context.clock.now()) / DAY_MS;
	const values: Record<string, Value> = {
		owner: evidence(who.authIdentifier),
		user: evidence(who.associatedDSSUser ?? ""),
		groups: evidence((who.groups ?? []).join(" ")),
		admin: isAdmin,
		rights_missing: missing.length,
		missing: evidence(missing.join(" ")),
		...(daysLeft !== undefined && { days_left: daysLeft }),
	};
	return {
		values,
		seen: evidence(
			[
				`key of ${who.authIdentifier}${isAdmin ? ", an administrator's" : ""}`,
				daysLeft === undefined ? expiry.words : `expires in ${Math.max(0, Math.floor(daysLeft))} days`,
				...(missing.length > 0 ? [`lacks ${missing.join(" ")}`] : []),
			].join(", "),
		),
	};
};

/**
 * What a try came to: undefined where it was answered, "right" where it was refused for want of one, "other" where DSS does
 * not say. What says that DSS is away, or the key gone, ends the look.
 */
async function refusalOf({ refuse }: Asking, trying: Promise<Answer>): Promise<"right" | "other" | undefined> {
	const answer = await trying;
	if (answer.ok) return undefined;
	const { code } = answer.fault;
	if (code === "right_missing" || code === "project_not_visible") return "right";
	const isAway = answer.status === undefined || ["key_rejected", "backend_down", "rate_limited"].includes(code);
	return isAway ? refuse(answer.fault) : "other";
}

async function tryRight(client: DssClient, project: string, right: Right): Promise<Answer> {
	const root = `/projects/${encodeURIComponent(project)}`;
	switch (right) {
		case "READ_CONF":
			return sighted(await client.get(`${root}/jobs/`, { limit: 1 }));
		case "MONITOR_JOBS":
			return client.get(`${root}/jobs/${NO_JOB}/`);
		case "RUN_JOBS":
			// Nothing is aborted: there is no such job. A key without the right is told so first.
			return client.post(`${root}/jobs/${NO_JOB}/abort`);
		case "ADMIN":
			return sighted(await client.get(`${root}/permissions`));
	}
}

/** To a key that may not see a project, the project does not exist. */
function sighted(answer: Answer): Answer {
	if (answer.ok || answer.fault.code !== "not_found") return answer;
	return { ...answer, fault: { ...answer.fault, code: "project_not_visible" } };
}

/** When the key ends, as an administrator sees it in the list of keys; or why that is not known. */
async function expiryOf(
	{ instance, signal, clock, timeoutMs }: ProbeContext,
	owner: string,
	label: string | undefined,
): Promise<{ readonly endsAt?: number; readonly words: string }> {
	if (instance.adminKey === undefined) return { words: "its end is seen with admin_key only" };
	const admin = createDssClient(instance, { signal, clock, timeoutMs, as: "admin" });
	let answer = await admin.get("/admin/global-api-keys/");
	// So it was called before DSS 13.1.
	if (!answer.ok && answer.fault.code === "unsupported") answer = await admin.get("/admin/globalAPIKeys/");
	if (!answer.ok) return { words: `its end is not shown (${CAUSES[answer.fault.code].text})` };
	const listed = keys.safeParse(answer.json).data ?? [];
	const own = listed.find((one) => (label === undefined ? owner === `api:${one.id}` : one.label === label));
	if (!own) return { words: "not among the global keys, so its end is not shown" };
	return own.expiresOn ? { endsAt: own.expiresOn, words: "" } : { words: "does not expire" };
}
