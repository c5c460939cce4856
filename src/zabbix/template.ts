import { checkRule } from "./check-rule.ts";
import { dashboard } from "./dashboard.ts";
import { dependent, INSTANCE_PARTS, masterItem } from "./items.ts";
import { macros } from "./macros.ts";
import { type Plan, planFor, type TemplateOptions } from "./plan.ts";
import { asSeven } from "./seven.ts";
import { pruned, type Section, tags } from "./tree.ts";
import { instanceTriggers } from "./triggers.ts";
import { valueMaps } from "./value-maps.ts";
import { valueRule } from "./value-rule.ts";

/** Zabbix's own group for such templates, with the uuid it has in every Zabbix. */
const GROUP = { uuid: "a571c0d144b14fd4a87a9d9b2aa9fcd6", name: "Templates/Applications" } as const;

/**
 * The template for Zabbix as data, in the shape of Zabbix's own exports: the same for YAML, JSON and XML. It holds no secret,
 * and the same options give the same bytes.
 *
 * Checks are found by discovery, so one template serves every host whatever runs there, and stays true when checks come and
 * go. Between discovered triggers Zabbix knows no dependency from row to row; so what a parent explains is told by dss-probe
 * as a value of its own ("held back"), which neither raises a problem nor ends one.
 */
export function zabbixTemplate(options: TemplateOptions): Section {
	const plan = planFor(options.way);
	const template = {
		zabbix_export: {
			version: "6.0",
			groups: [GROUP],
			templates: [
				{
					uuid: plan.uuid("template"),
					template: plan.name,
					name: plan.name,
					description: describe(options),
					groups: [{ name: GROUP.name }],
					items: items(plan),
					discovery_rules: [checkRule(plan, instanceTriggers(plan).unavailable), valueRule(plan)],
					tags: tags({ class: "application", target: "dataiku-dss" }),
					macros: macros(options),
					dashboards: [dashboard(plan)],
					valuemaps: valueMaps(plan),
				},
			],
		},
	};
	return pruned(options.version === "7.0" ? asSeven(template) : template) as Section;
}

function items(plan: Plan): readonly Section[] {
	const { probeUp, alert, version, ...others } = INSTANCE_PARTS;
	const { noValues, notAnswering, unavailable, versionChanged } = instanceTriggers(plan);
	return [
		masterItem(plan),
		dependent(plan, probeUp, { triggers: [noValues, notAnswering] }),
		dependent(plan, alert, { triggers: [unavailable] }),
		...Object.values(others).map((part) => dependent(plan, part)),
		dependent(plan, version, { triggers: [versionChanged] }),
	];
}

const SETUP: Readonly<Record<TemplateOptions["way"], string>> = {
	http: "Zabbix asks the daemon of dss-probe over HTTP. Set {$DSS.PROBE.URL} on the host, and {$DSS.PROBE.TOKEN} where there is one.",
	trapper: "The daemon of dss-probe sends to Zabbix (sinks: type: zabbix in alerts.yaml).",
	external:
		"Zabbix runs dss-probe as an external check (dss-probe zabbix install). The host needs an interface, of any kind.",
};

function describe({ way, checks }: TemplateOptions): string {
	const known = checks.map(({ name, summary }) => `- ${name}: ${summary}`);
	return [
		"Dataiku DSS, watched by dss-probe, which says which layer is broken.",
		`${SETUP[way]} The technical name of the host is the name of the instance in alerts.yaml.`,
		...(known.length > 0 ? [`Checks when this template was written:\n${known.join("\n")}`] : []),
		"Written by dss-probe zabbix template. An import of a newer one updates this one in place.",
	].join("\n\n");
}
