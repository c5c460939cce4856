import type { Section, Tree } from "./tree.ts";

/** Columns of a dashboard: 24 before Zabbix 7.0, 72 since. */
const WIDER = 3;

const WIDGETS: Readonly<Record<string, string>> = {
	ITEM: "item",
	GRAPH_CLASSIC: "graph",
	GRAPH_PROTOTYPE: "graphprototype",
};
/** Those that others may listen to have a name of five letters. */
const SPEAKING = new Set(["graph", "graphprototype"]);
/** What 7.0 takes by itself and therefore leaves out of its exports. */
const HISTORY = "31d";
const LIFETIME = "7d";
/** Fields that have several values, or could. */
const NUMBERED = new Set(["itemid", "show"]);

/**
 * An export of Zabbix 6.0 in the shape of 7.0, by the same steps as Zabbix's own conversion of old files: groups of templates
 * of their own (6.2), widgets by their names (6.4), errors to be caught by kind, how long history is kept, when discovered
 * things are disabled, wider dashboards (7.0). What is a default there is left out, and widgets stand as 7.0 exports them, so
 * that an import of the same file changes nothing.
 */
export function asSeven({ zabbix_export }: { readonly zabbix_export: Section }): Section {
	const { groups, templates, ...rest } = zabbix_export;
	return {
		zabbix_export: {
			...rest,
			version: "7.0",
			template_groups: groups,
			templates: list(templates).map(template),
		},
	};
}

function template(given: Section): Section {
	return {
		...given,
		items: list(given["items"]).map(item),
		discovery_rules: list(given["discovery_rules"]).map((rule) => ({
			...rule,
			lifetime: rule["lifetime"] === LIFETIME ? undefined : rule["lifetime"],
			// What has vanished is removed after its lifetime and not disabled before.
			enabled_lifetime_type: "DISABLE_NEVER",
			item_prototypes: list(rule["item_prototypes"]).map(item),
		})),
		dashboards: list(given["dashboards"]).map(dashboard),
	};
}

function item(given: Section): Section {
	const steps = list(given["preprocessing"]).map((step) =>
		// Any error at all.
		step["type"] === "CHECK_NOT_SUPPORTED" ? { ...step, parameters: ["-1"] } : step,
	);
	// The default was 90 days before 7.0.
	const history = given["history"] ?? "90d";
	return { ...given, history: history === HISTORY ? undefined : history, preprocessing: steps };
}

function dashboard(given: Section): Section {
	let speakers = 0;
	const widget = (old: Section): Section => {
		const type = WIDGETS[String(old["type"])] as string;
		const fields = list(old["fields"]);
		return {
			...old,
			type,
			x: old["x"] === undefined ? undefined : String(Number(old["x"]) * WIDER),
			width: String(Number(old["width"]) * WIDER),
			fields: [
				...numbered(fields),
				...(SPEAKING.has(type) ? [{ type: "STRING", name: "reference", value: reference(speakers++) }] : []),
			].toSorted((a, b) => (String(a["name"]) < String(b["name"]) ? -1 : 1)),
		};
	};
	const pages = list(given["pages"]).map((page) => ({
		...page,
		widgets: list(page["widgets"]).map(widget).toSorted(byColumn),
	}));
	return { ...given, pages };
}

/** From left to right, and downwards. */
function byColumn(a: Section, b: Section): number {
	const at = (widget: Section, way: "x" | "y") => Number(widget[way] ?? 0);
	return at(a, "x") - at(b, "x") || at(a, "y") - at(b, "y");
}

function numbered(fields: readonly Section[]): readonly Section[] {
	const counts = new Map<string, number>();
	return fields
		.filter(({ name }) => name !== "adv_conf")
		.map((field) => {
			const name = String(field["name"]);
			if (!NUMBERED.has(name)) return field;
			const count = counts.get(name) ?? 0;
			counts.set(name, count + 1);
			return { ...field, name: `${name}.${count}` };
		});
}

/** AAAAA, AAAAB, and so on. */
function reference(index: number): string {
	return `AAAA${String.fromCharCode(65 + index)}`;
}

function list(tree: Tree | undefined): readonly Section[] {
	return (tree ?? []) as readonly Section[];
}
