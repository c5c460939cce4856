import { matches } from "./check-rule.ts";
import { dependent, KNOWS, step, unchanged } from "./items.ts";
import { masterKey, type Plan } from "./plan.ts";
import type { Section } from "./tree.ts";

/** One row for each number that was measured. */
const ROWS = [
	"var rows = [];",
	"JSON.parse(value).checks.forEach(function (check) {",
	"  Object.keys(check.values).forEach(function (name) {",
	"    if (typeof check.values[name] !== 'number') { return; }",
	"    rows.push({ '{#CHECK}': check.name, '{#VALUE}': name, '{#UNIT}': (check.units || {})[name] || '' });",
	"  });",
	"});",
	"return JSON.stringify(rows);",
].join("\n");

/** Finds the numbers that the checks measure, for graphs and triggers of one's own. */
export function valueRule(plan: Plan): Section {
	return {
		uuid: plan.uuid("rule", "values"),
		name: "Value discovery",
		type: "DEPENDENT",
		key: "dss.value.discovery",
		delay: "0",
		filter: {
			evaltype: "AND",
			conditions: [...matches("{#CHECK}", "DSS.CHECK", ["A", "B"]), ...matches("{#VALUE}", "DSS.VALUE", ["C", "D"])],
		},
		lifetime: "7d",
		description: "The numbers that the checks of this instance measure.",
		item_prototypes: [
			dependent(plan, {
				key: "dss.check.value[{#CHECK},{#VALUE}]",
				name: "Check [{#CHECK}]: {#VALUE}",
				from: '$.checks[?(@.name == "{#CHECK}")].values["{#VALUE}"].first()',
				valueType: "FLOAT",
				units: "{#UNIT}",
				component: "application",
				description: "As documented for the kind of the check. No value where it was not measured.",
				tags: { check: "{#CHECK}", value: "{#VALUE}" },
			}),
		],
		preprocessing: [KNOWS, step("JAVASCRIPT", ROWS), unchanged("1h")],
		master_item: { key: masterKey(plan.way) },
	};
}
