import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { schemaFiles } from "../../build/schema.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(resolve(ROOT, path), "utf8");

test.for(Object.entries(schemaFiles()))("schema/%s is up to date (npm run schema makes it)", ([name, text]) => {
	expect(read(`schema/${name}`)).toBe(text);
});

function schemaOf(name: string): z.ZodType {
	const json = JSON.parse(read(`schema/${name}`));
	return z.fromJSONSchema(json);
}

test.for([
	["alerts.schema.json", "alerts.yaml"],
	["alerts.schema.json", "test/config/good/everything.yaml"],
	["check.schema.json", "checks/get-configuration.yaml"],
	["check.schema.json", "checks/public-api.yaml"],
	["check.schema.json", "checks/canary-job.yaml"],
] as const)("by %s an editor finds nothing wrong with %s, and sees a misspelt key", ([schema, file]) => {
	const data = parse(read(file)) as object;
	expect(schemaOf(schema).safeParse(data).error).toBeUndefined();
	expect(schemaOf(schema).safeParse({ ...data, evry: "1m" }).success).toBe(false);
});

test.for(["alerts.yaml", "checks/get-configuration.yaml", "checks/public-api.yaml", "checks/canary-job.yaml"])(
	"%s tells editors its schema in the first line",
	(file) => {
		const named = /^# yaml-language-server: \$schema=(\S+)$/m.exec(read(file).split("\n")[0] ?? "")?.[1] ?? "none";
		expect(() => JSON.parse(readFileSync(resolve(ROOT, file, "..", named), "utf8"))).not.toThrow();
	},
);
