import { expect, test } from "vitest";
import { parse } from "yaml";
import type { TemplateOptions } from "../../src/zabbix/plan.ts";
import { WAYS } from "../../src/zabbix/plan.ts";
import { zabbixTemplate } from "../../src/zabbix/template.ts";
import type { Section, Tree } from "../../src/zabbix/tree.ts";
import { writeExport } from "../../src/zabbix/write.ts";

const CHECKS = [
	{ name: "get-configuration", summary: "It's <up>: yes", failAfter: 3, recoverAfter: 2, timeoutMs: 10_000 },
	{ name: "canary-job", summary: "y", failAfter: 2, recoverAfter: 1, timeoutMs: 180_000 },
];
const built = (given: Partial<TemplateOptions> = {}) =>
	zabbixTemplate({ way: "http", version: "6.0", checks: CHECKS, ...given });

/** All values of a key, wherever it stands. */
function all(tree: Tree, key: string): readonly Tree[] {
	if (typeof tree === "string") return [];
	if (Array.isArray(tree)) return tree.flatMap((part: Tree) => all(part, key));
	return Object.entries(tree as Section).flatMap(([name, value]) => [
		...(name === key && value !== undefined ? [value] : []),
		...(value === undefined ? [] : all(value, key)),
	]);
}

const first = (tree: Section): Section =>
	((tree["zabbix_export"] as Section)["templates"] as readonly Section[])[0] as Section;

test("each part has an identity of its own, in the form that Zabbix asks for", () => {
	const uuids = WAYS.flatMap((way) => all(built({ way }), "uuid")).filter((uuid) => !/^a571c0d1/.test(String(uuid)));
	expect(new Set(uuids).size).toBe(uuids.length);
	for (const uuid of uuids) expect(uuid).toMatch(/^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
});

test("identities stay what they were, whatever is configured and whichever Zabbix it is for", () => {
	const uuids = all(built(), "uuid");
	expect(all(built({ checks: [] }), "uuid")).toEqual(uuids);
	expect(all(built({ version: "7.0" }), "uuid").toSorted()).toEqual(uuids.toSorted());
	// They stand in the databases of users: a change here makes their imports lose history.
	expect([uuids[1], uuids[2], uuids.at(-1)]).toMatchInlineSnapshot(`
		[
		  "dd8651ed8f94432e8a04933a5180d838",
		  "0061849d689742fd9556d47d17758542",
		  "46e2205de43c4852b4b93c33c0bb06a5",
		]
	`);
});

test.each(WAYS)("by %s: what expressions, widgets and dependents name is there", (way) => {
	const tree = built({ way });
	const { template: name } = first(tree);
	const keys = new Set(all(tree, "key"));
	const expressions = [...all(tree, "expression"), ...all(tree, "recovery_expression")].map(String);
	for (const [, host, key] of expressions.join("\n").matchAll(/\(\/([^/]+)\/([\w.]+(?:\[[^\]]*\])?)/g)) {
		expect([host, keys.has(key ?? "")]).toEqual([name, true]);
	}
	for (const [, key] of all(tree, "event_name")
		.join("\n")
		.matchAll(/\{\?last\(\/\/([\w.]+(?:\[[^\]]*\])?)\)\}/g)) {
		expect(keys).toContain(key);
	}
	const masters = all(tree, "master_item").map((master) => (master as Section)["key"]);
	expect(new Set(masters).size).toBe(1);
	const maps = new Set((first(tree)["valuemaps"] as readonly Section[]).map((map) => map["name"]));
	for (const map of all(tree, "valuemap")) expect(maps).toContain((map as Section)["name"]);
});

test.each(WAYS)("by %s: every macro that is used is declared, and every one that is declared is used", (way) => {
	const tree = built({ way });
	const text = JSON.stringify({ ...first(tree), macros: [], description: "" });
	const used = new Set([...text.matchAll(/\{\$[A-Z._]+/g)].map(([macro]) => `${macro}}`));
	const declared = (first(tree)["macros"] as readonly Section[]).map((macro) => String(macro["macro"]));
	const plain = new Set(declared.map((macro) => macro.replace(/:.*/, "}")));
	expect([...plain].toSorted()).toEqual([...used].toSorted());
	expect(declared).toContain('{$DSS.FAILED.PERIOD:"canary-job"}');
});

test("a look that waits in vain is not told as slow, too", () => {
	const [rule] = first(built())["discovery_rules"] as readonly Section[];
	const [slow] = (rule as Section)["trigger_prototypes"] as readonly Section[];
	expect(slow?.["expression"]).toContain(" and max(/Dataiku DSS by HTTP/dss.check.verdict[{#CHECK}],");
	expect(slow?.["expression"]).toMatch(/\)=0$/);
	expect(JSON.stringify(slow?.["dependencies"])).toContain("DSS: Instance is unavailable");
});

test("the problem of a check that was taken away can be closed by hand", () => {
	const discovered = all(built(), "trigger_prototypes").flat() as unknown as readonly Section[];
	expect(discovered.map((trigger) => trigger["manual_close"])).toEqual(["YES", "YES", "YES"]);
});

test.each(WAYS)("by %s: where no answer comes Zabbix is told so in words", (way) => {
	const [master] = first(built({ way }))["items"] as readonly Section[];
	const [check] = (master as Section)["preprocessing"] as readonly Section[];
	expect(JSON.parse(String(check?.["error_handler_params"]))).toEqual({
		probe: 0,
		verdict: 3,
		alert: 3,
		error: expect.stringMatching(/^[a-z].{20,}/),
	});
	// What the rules for discovery look for.
	expect(check?.["error_handler_params"]).toMatch(/^\{"probe":0/);
});

test("a secret is asked for and never given", () => {
	const secrets = (first(built())["macros"] as readonly Section[]).filter((macro) => macro["type"] === "SECRET_TEXT");
	expect(secrets).toEqual([{ macro: "{$DSS.PROBE.TOKEN}", type: "SECRET_TEXT", description: expect.any(String) }]);
});

test("YAML and JSON are the same data, and every value of it is a text", () => {
	const tree = built();
	const yaml = writeExport(tree, "yaml");
	expect(JSON.parse(writeExport(tree, "json"))).toEqual(tree);
	// As Zabbix reads it: a bare y would be true, a bare 0 a number.
	expect(parse(yaml, { version: "1.1" })).toEqual(tree);
	expect(yaml).not.toMatch(/\t/);
});

test("XML names the parts of lists and escapes what has a meaning", () => {
	const xml = writeExport(
		{
			zabbix_export: {
				templates: [{ name: 'a <b> & "c"\u0001', tags: [], preprocessing: [{ parameters: ["", "x"] }] }],
			},
		},
		"xml",
	);
	expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<zabbix_export>
    <templates>
        <template>
            <name>a &lt;b&gt; &amp; &quot;c&quot;</name>
            <tags>
            </tags>
            <preprocessing>
                <step>
                    <parameters>
                        <parameter/>
                        <parameter>x</parameter>
                    </parameters>
                </step>
            </preprocessing>
        </template>
    </templates>
</zabbix_export>
`);
});

test("Zabbix 7.0 gets its own shape: groups of templates, kinds of errors, wider dashboards with named widgets", () => {
	const six = built();
	const seven = built({ version: "7.0" });
	const root = seven["zabbix_export"] as Section;
	expect(Object.keys(root).toSorted()).toEqual(["template_groups", "templates", "version"]);
	expect(root["version"]).toBe("7.0");
	const [master] = first(seven)["items"] as readonly Section[];
	expect(master?.["preprocessing"]).toMatchObject([{ type: "CHECK_NOT_SUPPORTED", parameters: ["-1"] }]);
	const version = (first(seven)["items"] as readonly Section[]).find(({ key }) => key === "dss.version");
	expect(version?.["history"]).toBe("90d");
	// Its own defaults are not in its exports: an import of the same file would always seem to change them.
	expect(all(seven, "history")).not.toContain("31d");
	expect(all(seven, "lifetime")).toEqual([]);
	expect(all(seven, "enabled_lifetime_type")).toEqual(["DISABLE_NEVER", "DISABLE_NEVER"]);
	const widgets = all(seven, "widgets").flat() as unknown as readonly Section[];
	expect(new Set(widgets.map(({ type }) => type))).toEqual(new Set(["item", "graph", "graphprototype"]));
	for (const { x = "0", width } of widgets) expect(Number(x) + Number(width)).toBeLessThanOrEqual(72);
	const references = (all(first(seven)["dashboards"] as Tree, "fields").flat() as unknown as readonly Section[])
		.filter(({ name }) => name === "reference")
		.map(({ value }) => value);
	expect(new Set(references).size).toBe(references.length);
	for (const fields of all(first(seven)["dashboards"] as Tree, "fields")) {
		const names = (fields as readonly Section[]).map(({ name }) => String(name));
		expect(names).toEqual(names.toSorted());
	}
	const pages = all(seven, "widgets") as unknown as readonly (readonly Section[])[];
	expect(pages[0]?.map(({ x = "0", y = "0" }) => `${x} ${y}`)).toEqual([
		"0 0",
		"0 3",
		"0 8",
		"12 0",
		"24 0",
		"36 3",
		"48 0",
		"60 0",
	]);
	for (const reference of references) expect(reference).toMatch(/^[A-Z]{5}$/);
	const names = (all(first(seven)["dashboards"] as Tree, "fields").flat() as unknown as readonly Section[]).map(
		({ name }) => name,
	);
	expect(new Set(names)).toEqual(
		new Set(["itemid.0", "show.0", "show.1", "value_size", "source_type", "columns", "rows", "reference"]),
	);
	// Nothing else differs.
	expect(first(seven)["macros"]).toEqual(first(six)["macros"]);
	expect(all(seven, "expression")).toEqual(all(six, "expression"));
});
