import * as z from "zod";
import type { Answer } from "../../dss/client.ts";
import { actAtOnce } from "../../model/at-once.ts";
import type { Reading } from "../api-kind.ts";

/** Worst first, as DSS names them. */
const HEALTHS = ["ERROR", "UNHEALTHY", "OUT_OF_SYNC", "WARNING", "UNKNOWN", "HEALTHY"] as const;
type Health = (typeof HEALTHS)[number];

/** Each answer makes the Deployer contact nodes. */
const AT_ONCE = 3;
/** The part of the look's time after which no further deployment is asked. */
const ENOUGH = 0.8;
const MOST_NAMED = 3;

const list = z.array(
	z.looseObject({
		deploymentBasicInfo: z.looseObject({
			id: z.string(),
			infraId: z.string().optional(),
			enabled: z.boolean().optional(),
		}),
	}),
);

const message = z.looseObject({
	severity: z.string().optional(),
	title: z.string().optional(),
	message: z.string().optional(),
});

const status = z.looseObject({
	health: z.string().optional(),
	/** A list, or the message set of newer versions. */
	healthMessages: z.union([z.array(message), z.looseObject({ messages: z.array(message).default([]) })]).optional(),
	monitoring: z.looseObject({ failed: z.array(z.unknown()).optional() }).optional(),
});

interface Chosen {
	readonly infras: readonly string[];
	readonly ignore: readonly string[];
	readonly at_most: number;
}

interface Deployment {
	readonly side: "project" | "api";
	readonly id: string;
	readonly infra: string;
}

interface Judged extends Deployment {
	readonly health: Health;
	readonly messages: readonly string[];
	readonly failed_scenarios: readonly string[];
}

/** Lists what both deployers have deployed, and asks for the health of each. */
export const readDeployments: Reading<Chosen> = async (asking, { infras, ignore, at_most }) => {
	const { client, context, get, getIfThere } = asking;
	const { clock, timeoutMs } = context;
	const stopAt = clock.monotonic() + timeoutMs * ENOUGH;
	const listed: Deployment[] = [];
	// DSS had deployers of services long before those of projects.
	const projects = await getIfThere("/project-deployer/deployments", list);
	const services =
		projects === undefined
			? await get("/api-deployer/deployments", list)
			: await getIfThere("/api-deployer/deployments", list);
	for (const [side, rows] of [
		["project", projects],
		["api", services],
	] as const) {
		for (const { deploymentBasicInfo: of } of rows ?? []) {
			if (of.enabled !== false) listed.push({ side, id: of.id, infra: of.infraId ?? "" });
		}
	}
	const wanted = listed.filter(
		({ id, infra }) => !ignore.includes(id) && (infras.length === 0 || infras.includes(infra)),
	);
	const looked = await actAtOnce(wanted.slice(0, at_most), AT_ONCE, async (of): Promise<Judged | undefined> => {
		if (clock.monotonic() > stopAt) return undefined;
		return judge(of, await client.get(`/${of.side}-deployer/deployments/${encodeURIComponent(of.id)}/status`));
	});
	const judged = looked.filter((one) => one !== undefined).toSorted((a, b) => rank(a.health) - rank(b.health));
	const count = (health: Health) => judged.filter((one) => one.health === health).length;
	const bad = judged.filter(
		({ health, failed_scenarios }) => rank(health) < rank("UNKNOWN") || failed_scenarios.length > 0,
	);
	return {
		values: {
			deployments: judged.length,
			healthy: count("HEALTHY"),
			warnings: count("WARNING"),
			unhealthy: count("UNHEALTHY"),
			out_of_sync: count("OUT_OF_SYNC"),
			errors: count("ERROR"),
			unknown: count("UNKNOWN"),
			left_out: wanted.length - judged.length,
			failed_scenarios: judged.reduce((sum, one) => sum + one.failed_scenarios.length, 0),
			worst: bad[0]?.id ?? "",
		},
		facts: { details: judged },
		seen: inWords(bad, judged.length),
	};
};

/** The health of one deployment; one that cannot be read says nothing of the deployment. */
function judge(of: Deployment, answer: Answer): Judged {
	if (!answer.ok) return { ...of, health: "UNKNOWN", messages: [answer.fault.text], failed_scenarios: [] };
	const read = status.safeParse(answer.json);
	if (!read.success)
		return { ...of, health: "UNKNOWN", messages: ["its status has another shape than known"], failed_scenarios: [] };
	const { health, healthMessages: given = [], monitoring } = read.data;
	const messages = Array.isArray(given) ? given : given.messages;
	return {
		...of,
		health: HEALTHS.find((known) => known === health) ?? "UNKNOWN",
		messages: messages
			.filter(({ severity }) => severity !== "SUCCESS" && severity !== "INFO")
			.flatMap(({ message: text, title }) => text ?? title ?? []),
		failed_scenarios: (monitoring?.failed ?? []).map(nameOf),
	};
}

/** DSS lists names; an entry that is an object has one. */
function nameOf(scenario: unknown): string {
	if (typeof scenario === "string") return scenario;
	const { name, scenarioName, id, scenarioId } = (scenario ?? {}) as Readonly<Record<string, unknown>>;
	return String(name ?? scenarioName ?? id ?? scenarioId ?? "a scenario without a name");
}

const rank = (health: Health) => HEALTHS.indexOf(health);

function inWords(bad: readonly Judged[], all: number): string {
	if (bad.length === 0) return `${all} deployment${all === 1 ? "" : "s"}, none of them in trouble`;
	const named = bad.slice(0, MOST_NAMED).map(({ id, health, messages, failed_scenarios: failed }) => {
		const why = [
			...(failed.length > 0 ? [`failed: ${failed.slice(0, MOST_NAMED).join(", ")}`] : []),
			...messages.slice(0, 1),
		];
		return `${id} ${health}${why.length > 0 ? ` (${why.join("; ")})` : ""}`;
	});
	const more = bad.length > named.length ? `; and ${bad.length - named.length} more` : "";
	return `${bad.length} of ${all} deployments: ${named.join("; ")}${more}`.slice(0, 900);
}
