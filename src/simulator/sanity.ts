import { illegalArgument } from "./error.ts";
import { futureState } from "./futures.ts";
import type { ApiRoute } from "./route.ts";

interface SanityMessage {
	readonly severity: "INFO" | "WARNING" | "ERROR";
	readonly code: string;
	readonly title: string;
}

/** What this node always finds. */
const STANDING: SanityMessage = {
	severity: "WARNING",
	code: "WARN_SECURITY_NO_CGROUPS",
	title: "Cgroups are not enabled",
};

const CODES: readonly string[] = [
	"ERR_MISC_DISK_FULL",
	"WARN_MISC_LARGE_INTERNAL_DB",
	"WARN_PROJECT_LARGE_JOB_HISTORY",
	"WARN_PROJECT_LARGE_SCENARIO_HISTORY",
	"WARN_JOBS_NO_LIMIT",
	"WARN_JOBS_MAX_TOO_HIGH",
	"WARN_JVM_CONFIG_XMX_IN_RED_ZONE",
	"WARN_SECURITY_NO_CGROUPS",
	"WARN_SECURITY_UIF_NOT_ENABLED",
];

export const sanityRoutes: readonly ApiRoute[] = [
	{
		method: "POST",
		path: "/admin/sanity-check/run",
		since: "11.4",
		right: "INSTANCE_ADMIN",
		answer({ world, caller, body, now }) {
			const excluded: unknown = body ?? [];
			if (!Array.isArray(excluded)) throw illegalArgument("The body is not a list of codes");
			const fault = world.board.find("sanity_message");
			const messages = [STANDING, ...(fault ? [fault] : [])].filter(({ code }) => !excluded.includes(code));
			const future = world.futures.start({
				owner: caller.login,
				displayName: "Instance sanity check",
				action: "sanity-check",
				targets: [],
				runMs: 600,
				result: () => messageSet(messages),
			});
			return futureState(future, now, { fetch: true });
		},
	},
	{ method: "GET", path: "/admin/sanity-check/codes", since: "11.4", right: "INSTANCE_ADMIN", answer: () => CODES },
];

/** A list of messages with what they come to, as DSS sums them up. */
function messageSet(messages: readonly SanityMessage[]): object {
	const has = (severity: SanityMessage["severity"]) => messages.some((message) => message.severity === severity);
	const worst = (["ERROR", "WARNING", "INFO"] as const).find(has) ?? "SUCCESS";
	return {
		messages: messages.map(({ severity, code, title }) => ({
			severity,
			code,
			title,
			details: `${title} (simulated)`,
			message: `${title}: ${title} (simulated)`,
			isFatal: false,
		})),
		anyMessage: messages.length > 0,
		success: false,
		warning: has("WARNING"),
		error: has("ERROR"),
		fatal: false,
		maxSeverity: worst,
	};
}
