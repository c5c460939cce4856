import type { Clock } from "../clock.ts";
import { isUnfilled } from "../config/secrets.ts";
import { type Answer, createDssClient, type DssClient } from "../dss/client.ts";
import { evidence } from "../dss/evidence.ts";
import type { Instance } from "../dss/instance.ts";
import { critical, type Examination, type Finding, ok, skipped, warning } from "./examination.ts";
import { faultFinding } from "./way.ts";

const TIMEOUT_MS = 10_000;

/** Opens the API of an instance for one examination. */
export type OpenClient = (signal: AbortSignal) => DssClient;

export const clientOf =
	(instance: Instance, clock: Clock, as: "self" | "admin" = "self"): OpenClient =>
	(signal) =>
		createDssClient(instance, { signal, clock, timeoutMs: TIMEOUT_MS, as });

/** Whether the key is good, whose it is, and which DSS answers. */
export const keyExamination = (instance: Instance, open: OpenClient): Examination => ({
	name: "API key",
	isVital: true,
	async examine(signal) {
		if (!instance.apiKey) return [skipped("the instance has no api_key: only what needs none can be watched")];
		if (isUnfilled(instance.apiKey.reveal())) {
			return [
				critical(`${instance.apiKey.reveal()} gave no value`, "Why stands below, with its place in the configuration."),
			];
		}
		return judgeKey(await open(signal).get("/auth/info", { withSecrets: false }));
	},
});

function judgeKey(answer: Answer): readonly Finding[] {
	const version = answer.reply?.dssVersion;
	const of = version === undefined ? [] : [ok(`DSS ${evidence(version)}`)];
	if (answer.ok) {
		const { authIdentifier, groups } = (answer.json ?? {}) as { authIdentifier?: unknown; groups?: unknown };
		const who = typeof authIdentifier === "string" ? evidence(authIdentifier) : "somebody without a name";
		const names = Array.isArray(groups) && groups.length > 0 ? ` (groups: ${evidence(groups.join(", "))})` : "";
		return [ok(`accepted: it is that of ${who}${names}`), ...of];
	}
	if (answer.fault.code === "unsupported" || answer.fault.code === "not_found") {
		return [
			warning(
				`it cannot be tried: ${answer.fault.text}`,
				"Compare api_prefix with the rules of the reverse proxy: /public/api, or /dip/publicapi as the official client has it.",
			),
		];
	}
	return [faultFinding(answer.fault)];
}
