import type { CheckReport, InstanceReport } from "../model/report.ts";

/** How bad a check is unless its labels say otherwise: a node that does not answer is critical. */
const SEVERITY = "critical";

/** Rows for Zabbix's low-level discovery, one for each check: a JSON list in one line. */
export function discoverChecks(reports: readonly InstanceReport[]): string {
	return JSON.stringify(reports.flatMap(({ checks }) => checks.map(checkRow)));
}

/** Rows for a second rule, one for each value that a check measures. Units as Zabbix names them; empty for none. */
export function discoverValues(reports: readonly InstanceReport[]): string {
	const rows = reports.flatMap(({ checks }) =>
		checks.flatMap(({ instance, check, types }) =>
			Object.entries(types)
				.filter(([, { type }]) => ["int", "double", "bool", "string"].includes(type))
				.map(([value, { type, unit, summary }]) => ({
					"{#INSTANCE}": instance,
					"{#CHECK}": check,
					"{#VALUE}": value,
					"{#UNIT}": unit ?? "",
					"{#TYPE}": type === "string" ? "text" : "number",
					"{#ABOUT}": summary,
				})),
		),
	);
	return JSON.stringify(rows);
}

function checkRow({ instance, check, about, labels, runbook }: CheckReport): object {
	return {
		"{#INSTANCE}": instance,
		"{#CHECK}": check,
		"{#SUMMARY}": about,
		"{#SEVERITY}": labels["severity"] ?? SEVERITY,
		"{#RUNBOOK}": runbook ?? "",
	};
}
