import { ALERT_CODE } from "../model/alert-code.ts";
import { LEVEL_CODE } from "../model/verdict.ts";
import { MASTER_KEY } from "../model/zabbix-key.ts";
import { masterKey, type Plan, type Way } from "./plan.ts";
import { type Section, tags } from "./tree.ts";
import { VALUE_MAPS } from "./value-maps.ts";

/** An item that is taken out of what dss-probe says of an instance. */
interface Part {
	readonly key: string;
	readonly name: string;
	/** JSONPath into the master's JSON. */
	readonly from: string;
	readonly valueType?: "FLOAT" | "CHAR" | "TEXT";
	readonly units?: string;
	readonly map?: keyof typeof VALUE_MAPS;
	readonly component: string;
	/** Further tags. */
	readonly tags?: Readonly<Record<string, string>>;
	readonly description: string;
	/** Further preprocessing. */
	readonly steps?: readonly Section[];
	/** Default: 31d. Undefined: Zabbix's own, 90d, which exports leave out. */
	readonly history?: string | undefined;
}

/** A step of preprocessing. */
export function step(type: string, ...parameters: readonly string[]): Section {
	return { type, parameters: parameters.length > 0 ? parameters : [""] };
}

/** What is seldom new is stored when it changes, and once in so long besides. */
export const unchanged = (heartbeat: string): Section => step("DISCARD_UNCHANGED_HEARTBEAT", heartbeat);

/** Where a thing is not said, the item stays as it was. */
const orNothing = (given: Section): Section => ({ ...given, error_handler: "DISCARD_VALUE" });

/** Where dss-probe knows nothing there is nothing to discover, and what was discovered before is not lost. */
export const KNOWS: Section = orNothing(step("NOT_MATCHES_REGEX", '^{"probe":0'));

/** An item, or the prototype of one, that depends on the master. */
export function dependent(plan: Plan, part: Part, more: Section = {}): Section {
	const isText = part.valueType === "TEXT" || part.valueType === "CHAR";
	return {
		uuid: plan.uuid("item", part.key),
		name: part.name,
		type: "DEPENDENT",
		key: part.key,
		delay: "0",
		history: "history" in part ? part.history : "31d",
		trends: isText ? "0" : undefined,
		value_type: part.valueType,
		units: part.units,
		description: part.description,
		valuemap: part.map && { name: VALUE_MAPS[part.map] },
		preprocessing: [orNothing(step("JSONPATH", part.from)), ...(part.steps ?? [])],
		master_item: { key: masterKey(plan.way) },
		...more,
		tags: tags({ component: part.component, ...part.tags }),
	};
}

/** As dss-probe itself says it where it knows nothing: neither good nor bad. */
const UNKNOWN = { probe: 0, verdict: LEVEL_CODE.unknown, alert: ALERT_CODE.held } as const;

/**
 * What stands in the place of an answer where none came. Zabbix knows why and keeps it to itself, so this says what to look
 * at; the trigger has it in its name.
 */
const NO_ANSWER: Readonly<Record<Way, string>> = {
	http: "no good answer over HTTP. Look at: the address and the token among the macros of this host, its technical name (an instance in alerts.yaml), dss-probe itself",
	trapper: "what was sent is not understood",
	external: "the external check failed, or took longer than Zabbix waits (Timeout)",
};

/** The one question to dss-probe, which all other items are answered from. */
export function masterItem(plan: Plan): Section {
	const common = {
		uuid: plan.uuid("item", MASTER_KEY),
		name: "DSS: Get status",
		key: masterKey(plan.way),
		history: "0",
		trends: "0",
		value_type: "TEXT",
		description: "All that dss-probe knows of this instance, as one line of JSON.",
		// What fails here would leave all other items as they were, and no trigger would see it.
		preprocessing: [
			{
				...step("CHECK_NOT_SUPPORTED"),
				error_handler: "CUSTOM_VALUE",
				error_handler_params: JSON.stringify({ ...UNKNOWN, error: NO_ANSWER[plan.way] }),
			},
		],
		tags: tags({ component: "raw" }),
	};
	switch (plan.way) {
		case "http":
			return {
				...common,
				type: "HTTP_AGENT",
				delay: "{$DSS.PROBE.INTERVAL}",
				timeout: "{$DSS.PROBE.TIMEOUT}",
				url: "{$DSS.PROBE.URL}/api/v1/zabbix/{HOST.HOST}",
				headers: [{ name: "Authorization", value: "Bearer {$DSS.PROBE.TOKEN}" }],
			};
		case "external":
			return { ...common, type: "EXTERNAL", delay: "{$DSS.PROBE.INTERVAL}" };
		case "trapper":
			return { ...common, type: "TRAP", delay: "0" };
	}
}

/** The items of an instance as a whole, by key. */
export const INSTANCE_PARTS = {
	probeUp: {
		key: "dss.probe.up",
		name: "DSS: Probe service",
		from: "$.probe",
		map: "service",
		component: "health",
		description: "Whether dss-probe answers and has a fresh look at this instance.",
	},
	probeError: {
		key: "dss.probe.error",
		name: "DSS: Probe service, error",
		from: "$.error",
		valueType: "CHAR",
		component: "health",
		description: "Why dss-probe has no fresh answer, in words.",
		steps: [unchanged("1h")],
		history: "7d",
	},
	probeAge: {
		key: "dss.probe.age",
		name: "DSS: Probe service, age of the newest look",
		from: "$.age",
		valueType: "FLOAT",
		units: "s",
		component: "health",
		description: "Time since the newest look at any check of this instance; -1 before the first.",
		history: "7d",
	},
	alert: {
		key: "dss.alert",
		name: "DSS: Alert of the instance",
		from: "$.alert",
		map: "alert",
		component: "health",
		description:
			"Whether this instance cannot be reached at all (network, TLS, nginx, backend or a proxy is at fault), confirmed by dss-probe.",
	},
	up: {
		key: "dss.up",
		name: "DSS: Availability",
		from: "$.up",
		map: "service",
		component: "health",
		description: "Down where the newest look at a check says that network, TLS, nginx, backend or a proxy is at fault.",
	},
	verdict: {
		key: "dss.verdict",
		name: "DSS: Verdict",
		from: "$.verdict",
		map: "verdict",
		component: "health",
		description: "The worst verdict of the newest looks at all checks.",
	},
	cause: {
		key: "dss.cause",
		name: "DSS: Cause",
		from: "$.cause",
		valueType: "CHAR",
		component: "health",
		description: "Code of what is to blame for the worst verdict; empty when all is well.",
		steps: [unchanged("1h")],
		history: "31d",
	},
	causeText: {
		key: "dss.cause_text",
		name: "DSS: Cause, in words",
		from: "$.cause_text",
		valueType: "CHAR",
		component: "health",
		description: "What is to blame for the worst verdict; empty when all is well.",
		steps: [unchanged("1h")],
		history: "31d",
	},
	version: {
		key: "dss.version",
		name: "DSS: Version",
		from: "$.version",
		valueType: "CHAR",
		component: "application",
		description: "Version of DSS, where a check learns it.",
		steps: [orNothing(step("MATCHES_REGEX", ".+")), unchanged("1d")],
		history: undefined,
	},
} as const satisfies Readonly<Record<string, Part>>;
