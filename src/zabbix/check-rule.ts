import { LEVEL_CODE } from "../model/verdict.ts";
import { dependent, KNOWS, step, unchanged } from "./items.ts";
import { asDependency, masterKey, type Plan } from "./plan.ts";
import { type Section, tags } from "./tree.ts";
import { alertExpressions } from "./triggers.ts";

/** What people write as the label severity of a check, and the severity it has in Zabbix. */
const SEVERITIES: Readonly<Record<string, string>> = {
	DISASTER: "disaster|emergency|blocker",
	HIGH: "critical|high|page",
	AVERAGE: "average|major|error",
	WARNING: "warning|minor|low",
	INFO: "info|information|notice|ticket",
};

/** A check that is taken away while it fails sends no more values: only people can say that its problem is over. */
const CLOSABLE = { manual_close: "YES" } as const;

/** Only what discovery needs: what changes with every look would make Zabbix discover all anew each time. */
const ROWS = [
	"return JSON.stringify(JSON.parse(value).checks.map(function (check) {",
	"  return { '{#CHECK}': check.name, '{#SUMMARY}': check.about || '',",
	"    '{#SEVERITY}': check.severity || '', '{#RUNBOOK}': check.runbook || '' };",
	"}));",
].join("\n");

/** Finds the checks that run on the instance; makes items and triggers for each. */
export function checkRule(plan: Plan, unavailable: Section): Section {
	const part = (name: string) => ({
		key: `dss.check.${name}[{#CHECK}]`,
		from: ofCheck(name),
		tags: { check: "{#CHECK}" },
	});
	const [failed, warning, slow] = triggers(plan, unavailable);
	return {
		uuid: plan.uuid("rule", "checks"),
		name: "Check discovery",
		type: "DEPENDENT",
		key: "dss.check.discovery",
		delay: "0",
		filter: {
			evaltype: "AND",
			conditions: matches("{#CHECK}", "DSS.CHECK", ["A", "B"]),
		},
		lifetime: "7d",
		description: "The checks that dss-probe runs on this instance.",
		item_prototypes: [
			dependent(
				plan,
				{
					...part("alert"),
					name: "Check [{#CHECK}]: Alert",
					map: "alert",
					component: "health",
					description: "{#SUMMARY}\n\nWhether this fails, confirmed by dss-probe where its daemon runs.",
				},
				{ trigger_prototypes: [failed, warning] },
			),
			dependent(plan, {
				...part("verdict"),
				name: "Check [{#CHECK}]: Verdict",
				map: "verdict",
				component: "health",
				description: "What the newest look says, not confirmed.",
			}),
			dependent(plan, {
				...part("duration"),
				name: "Check [{#CHECK}]: Duration",
				valueType: "FLOAT",
				units: "s",
				component: "application",
				description: "How long the newest look took.",
			}),
			dependent(plan, {
				...part("cause"),
				name: "Check [{#CHECK}]: Cause",
				valueType: "CHAR",
				component: "health",
				description: "Code of what is to blame; empty when all is well.",
				steps: [unchanged("1h")],
			}),
			dependent(plan, {
				...part("cause_text"),
				name: "Check [{#CHECK}]: Cause, in words",
				valueType: "CHAR",
				component: "health",
				description: "What is to blame; empty when all is well.",
				steps: [unchanged("1h")],
			}),
			dependent(plan, {
				...part("summary"),
				name: "Check [{#CHECK}]: Summary",
				valueType: "TEXT",
				component: "health",
				description: "What was seen.",
				history: "7d",
			}),
		],
		// Of two items, so it stands with neither.
		trigger_prototypes: [slow],
		preprocessing: [KNOWS, step("JAVASCRIPT", ROWS), unchanged("1h")],
		master_item: { key: masterKey(plan.way) },
		overrides: Object.entries(SEVERITIES).map(([severity, labels], index) => ({
			name: `Severity ${severity.toLowerCase()}`,
			step: String(index + 1),
			stop: "STOP",
			filter: {
				conditions: [{ macro: "{#SEVERITY}", value: `(?i)^(${labels})$`, formulaid: "A" }],
			},
			operations: [{ operationobject: "TRIGGER_PROTOTYPE", operator: "LIKE", value: "Failed", severity }],
		})),
	};
}

/** What of a check: its name may hold any sign but a quote. */
function ofCheck(name: string): string {
	return `$.checks[?(@.name == "{#CHECK}")].${name}.first()`;
}

/** Two conditions of a filter. @param ids their letters, which Zabbix gives in the order of the macros */
export function matches(macro: string, base: string, ids: readonly [string, string]): readonly Section[] {
	return [
		{ macro, value: `{$${base}.MATCHES}`, formulaid: ids[0] },
		{ macro, value: `{$${base}.NOT_MATCHES}`, operator: "NOT_MATCHES_REGEX", formulaid: ids[1] },
	];
}

function triggers({ path, uuid }: Plan, unavailable: Section): readonly [Section, Section, Section] {
	const context = ':"{#CHECK}"';
	const alert = path("dss.check.alert[{#CHECK}]");
	const duration = path("dss.check.duration[{#CHECK}]");
	const verdict = path("dss.check.verdict[{#CHECK}]");
	const cause = "{?last(//dss.check.cause_text[{#CHECK}])}";
	const tagged = (scope: string) => tags({ scope, check: "{#CHECK}" });
	const advice =
		"{#SUMMARY}\n\nThe items of the check say more: its cause in words, and what was seen.\n\nRunbook: {#RUNBOOK}";
	const failed: Section = {
		uuid: uuid("trigger", "check failed"),
		...alertExpressions(alert, "critical", context),
		name: "Check [{#CHECK}]: Failed",
		event_name: `Check [{#CHECK}]: ${cause}`,
		opdata: "{ITEM.LASTVALUE1}",
		url: "{#RUNBOOK}",
		priority: "AVERAGE",
		description: advice,
		...CLOSABLE,
		dependencies: [asDependency(unavailable)],
		tags: tagged("availability"),
	};
	const warning: Section = {
		uuid: uuid("trigger", "check warns"),
		...alertExpressions(alert, "warning", context),
		name: "Check [{#CHECK}]: Warning",
		event_name: `Check [{#CHECK}]: warning: ${cause}`,
		opdata: "{ITEM.LASTVALUE1}",
		url: "{#RUNBOOK}",
		priority: "WARNING",
		description: advice,
		...CLOSABLE,
		dependencies: [asDependency(failed), asDependency(unavailable)],
		tags: tagged("availability"),
	};
	const limit = `{$DSS.CHECK.DURATION.MAX.WARN${context}}`;
	const many = `{$DSS.FAILED.PERIOD${context}}`;
	const few = `{$DSS.RECOVERED.PERIOD${context}}`;
	const slow: Section = {
		uuid: uuid("trigger", "check is slow"),
		// Only of looks that end well: one that waits in vain is told as a failure, once, where its cause is.
		expression: `min(${duration},${many})>${limit} and max(${verdict},${many})=${LEVEL_CODE.ok}`,
		recovery_mode: "RECOVERY_EXPRESSION",
		recovery_expression: `max(${duration},${few})<=${limit} or min(${verdict},${few})>${LEVEL_CODE.ok}`,
		name: "Check [{#CHECK}]: Takes too long",
		event_name: `Check [{#CHECK}]: Takes too long (over ${limit})`,
		opdata: "Current value: {ITEM.LASTVALUE1}",
		priority: "WARNING",
		description:
			"Looks end well, but take so long that they may soon be cut off. Look how busy DSS is, or give the check more time.",
		...CLOSABLE,
		dependencies: [asDependency(failed), asDependency(warning), asDependency(unavailable)],
		tags: tagged("performance"),
	};
	return [failed, warning, slow];
}
