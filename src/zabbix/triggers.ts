import { ALERT_CODE } from "../model/alert-code.ts";
import { INSTANCE_PARTS } from "./items.ts";
import type { Plan } from "./plan.ts";
import { asDependency } from "./plan.ts";
import { type Section, tags } from "./tree.ts";

/** The triggers of an instance as a whole; those of the checks depend on them. */
export interface InstanceTriggers {
	readonly noValues: Section;
	readonly notAnswering: Section;
	readonly unavailable: Section;
	readonly versionChanged: Section;
}

/**
 * When an alert is a problem: at once where the daemon says that it fires, as it has confirmed it already; otherwise after
 * some looks without a daemon. Held-back values in between neither raise a problem nor end one.
 *
 * @param least whether only critical ones count
 * @param context of the macros: `:"{#CHECK}"`
 */
export function alertExpressions(path: string, least: "warning" | "critical", context = ""): Section {
	const { none, pending, warning, firingWarning, critical, firingCritical } = ALERT_CODE;
	const lowest = least === "critical" ? critical : warning;
	const fires = [...(least === "warning" ? [firingWarning] : []), firingCritical].map(
		(code) => `last(${path})=${code}`,
	);
	return {
		expression: [...fires, `min(${path},{$DSS.FAILED.PERIOD${context}})>=${lowest}`].join(" or "),
		recovery_mode: "RECOVERY_EXPRESSION",
		recovery_expression: `last(${path})=${none} or max(${path},{$DSS.RECOVERED.PERIOD${context}})<=${pending}`,
	};
}

export function instanceTriggers({ path, uuid }: Plan): InstanceTriggers {
	const { probeUp, probeError, alert, causeText, version } = INSTANCE_PARTS;
	const up = path(probeUp.key);
	const noValues: Section = {
		uuid: uuid("trigger", "no data"),
		expression: `nodata(${up},{$DSS.NODATA.PERIOD})=1`,
		name: "DSS: No data from dss-probe",
		event_name: "DSS: No data from dss-probe (for {$DSS.NODATA.PERIOD})",
		priority: "AVERAGE",
		description:
			"Nothing arrives about this instance, so nothing here says how it is. Look whether dss-probe runs (systemctl status dss-probe) and whether Zabbix is reached or reaches it.",
		tags: tags({ scope: "availability" }),
	};
	const notAnswering: Section = {
		uuid: uuid("trigger", "not answering"),
		expression: `max(${up},{$DSS.PROBE.FAILED.PERIOD})=0`,
		name: "DSS: Probe service is not answering",
		event_name: `DSS: Probe service is not answering (for {$DSS.PROBE.FAILED.PERIOD}): {?last(//${probeError.key})}`,
		priority: "AVERAGE",
		description:
			"dss-probe does not answer, or has no fresh look at this instance. That says nothing about DSS itself. Look at the item 'DSS: Probe service, error' and at the log of dss-probe.",
		dependencies: [asDependency(noValues)],
		tags: tags({ scope: "availability" }),
	};
	const unavailable: Section = {
		uuid: uuid("trigger", "unavailable"),
		...alertExpressions(path(alert.key), "critical"),
		name: "DSS: Instance is unavailable",
		event_name: `DSS: Instance is unavailable: {?last(//${causeText.key})}`,
		opdata: "{ITEM.LASTVALUE1}",
		priority: "HIGH",
		description:
			"Nobody can work on this instance: network, TLS, nginx, the backend or something in between is at fault; the item 'DSS: Cause, in words' says which.",
		dependencies: [asDependency(notAnswering)],
		tags: tags({ scope: "availability" }),
	};
	const versionChanged: Section = {
		uuid: uuid("trigger", "version changed"),
		// Asked for two, so that one alone is no unknown trigger.
		expression: `count(${path(version.key)},#2)=2 and last(${path(version.key)},#1)<>last(${path(version.key)},#2)`,
		name: "DSS: Version has changed",
		event_name: "DSS: Version has changed (new version: {ITEM.VALUE})",
		priority: "INFO",
		description: "DSS was upgraded or rolled back. Ack to close.",
		manual_close: "YES",
		tags: tags({ scope: "notice" }),
	};
	return { noValues, notAnswering, unavailable, versionChanged };
}
