import { INSTANCE_PARTS } from "./items.ts";
import type { Plan } from "./plan.ts";
import type { Section, Tree } from "./tree.ts";

interface Place {
	readonly x?: number;
	readonly y?: number;
	/** In columns of Zabbix 6.0, which has 24. */
	readonly width: number;
	readonly height: number;
}

/** Widgets that template dashboards of Zabbix 6.0 know. */
export function dashboard(plan: Plan): Section {
	const { up, alert, verdict, version, probeUp, causeText, probeAge } = INSTANCE_PARTS;
	return {
		uuid: plan.uuid("dashboard", "overview"),
		name: "DSS overview",
		// No slideshow: whoever looks at a page wants to go on looking.
		auto_start: "NO",
		pages: [
			{
				name: "Overview",
				widgets: inOrder([
					single(plan, up.key, "Availability", { width: 4, height: 3 }),
					single(plan, verdict.key, "Verdict", { x: 4, width: 4, height: 3 }),
					single(plan, causeText.key, "Cause", { x: 8, width: 8, height: 3 }, "18"),
					single(plan, version.key, "Version", { x: 16, width: 4, height: 3 }),
					single(plan, probeUp.key, "Probe service", { x: 20, width: 4, height: 3 }),
					graph(plan, alert.key, "Alert of the instance", { y: 3, width: 12, height: 5 }),
					graph(plan, probeAge.key, "Age of the newest look", { x: 12, y: 3, width: 12, height: 5 }),
					prototype(plan, "dss.check.duration[{#CHECK}]", "Duration of looks", { y: 8, width: 24, height: 10 }, 2),
				]),
			},
			{
				name: "Alerts",
				widgets: [prototype(plan, "dss.check.alert[{#CHECK}]", "Alerts", { width: 24, height: 10 }, 3)],
			},
			{
				name: "Values",
				widgets: [prototype(plan, "dss.check.value[{#CHECK},{#VALUE}]", "Values", { width: 24, height: 15 }, 4)],
			},
		],
	};
}

/** As Zabbix exports them. */
function inOrder(widgets: readonly Section[]): readonly Section[] {
	return widgets.toSorted((a, b) => (String(a["name"]) < String(b["name"]) ? -1 : 1));
}

function widget(type: string, name: string, place: Place, fields: readonly Section[]): Section {
	const { x, y, width, height } = place;
	return {
		type,
		name,
		x: x === undefined ? undefined : String(x),
		y: y === undefined ? undefined : String(y),
		width: String(width),
		height: String(height),
		fields,
	};
}

const field = (type: string, name: string, value: Tree): Section => ({ type, name, value });

function single({ name }: Plan, key: string, title: string, place: Place, size = "25"): Section {
	return widget("ITEM", title, place, [
		field("INTEGER", "adv_conf", "1"),
		// The value, and since when.
		field("INTEGER", "show", "2"),
		field("INTEGER", "show", "3"),
		field("INTEGER", "value_size", size),
		field("ITEM", "itemid", { host: name, key }),
	]);
}

function graph({ name }: Plan, key: string, title: string, place: Place): Section {
	return widget("GRAPH_CLASSIC", title, place, [
		field("INTEGER", "source_type", "1"),
		field("ITEM", "itemid", { host: name, key }),
	]);
}

function prototype({ name }: Plan, key: string, title: string, place: Place, columns: number): Section {
	return widget("GRAPH_PROTOTYPE", title, place, [
		field("INTEGER", "source_type", "3"),
		field("INTEGER", "columns", String(columns)),
		field("INTEGER", "rows", String(Math.max(1, Math.floor(place.height / 4)))),
		field("ITEM_PROTOTYPE", "itemid", { host: name, key }),
	]);
}
