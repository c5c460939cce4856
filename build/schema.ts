import { mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { alertsOptions } from "../src/config/alerts.ts";
import { checkFileOptions } from "../src/config/check-file.ts";
import { jsonSchema } from "../src/config/json-schema.ts";
import { timelineOptions } from "../src/config/timeline.ts";
import { webhookSchema } from "../src/notify/webhook-body.ts";

/** The files under schema/, by name, as text. */
export function schemaFiles(): Readonly<Record<string, string>> {
	return {
		"alerts.schema.json": format(jsonSchema(alertsOptions, "dss-probe: alerts.yaml")),
		"check.schema.json": format(jsonSchema(checkFileOptions, "dss-probe: a check file")),
		"timeline.schema.json": format(jsonSchema(timelineOptions, "dss-probe: a timeline to rehearse")),
		"webhook.schema.json": format(webhookSchema()),
	};
}

const WIDTH = 120;
const TAB = 2;

/** JSON as the formatter of this repository writes it: tabs, and short lists on one line. */
function format(schema: object): string {
	const text = JSON.stringify(schema, null, "\t");
	const short = text.replace(
		/^(\t*)(.*)\[\n([^[\]{}]*?)\n\t*\](,?)$/gm,
		(whole, tabs: string, key: string, items: string, comma) => {
			const line = `${key}[${items.trim().replace(/\n\t*/g, " ")}]${comma}`;
			return tabs.length * TAB + line.length <= WIDTH ? `${tabs}${line}` : whole;
		},
	);
	return `${short}\n`;
}

if (import.meta.main) {
	const folder = resolve(import.meta.dirname, "../schema");
	mkdirSync(folder, { recursive: true });
	for (const [name, text] of Object.entries(schemaFiles())) writeFileSync(`${folder}/${name}`, text);
}
