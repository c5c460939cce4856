import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { readYaml } from "../../src/config/yaml.ts";
import { LEFT_OUT, OFFERS } from "../../src/discover/roles.ts";
import { parseDuration } from "../../src/model/duration.ts";
import { kinds } from "../../src/probe/probe.ts";

const CHECKS = resolve(import.meta.dirname, "../../checks");
const files = readdirSync(CHECKS).map((file) => file.replace(/\.yaml$/, ""));

interface CheckFile {
	readonly probe: { readonly kind: keyof typeof kinds };
	readonly thresholds?: { readonly latency?: { readonly warning?: string } };
}

const read = (check: string) =>
	readYaml(readFileSync(join(CHECKS, `${check}.yaml`), "utf8"), check).data as unknown as CheckFile;

test("every shipped check is in the table or left out for a reason, and none is there that is not shipped", () => {
	const known = [...OFFERS.map(({ check }) => check), ...Object.keys(LEFT_OUT)];
	expect(known.toSorted()).toEqual(files.toSorted());
});

test.each(OFFERS.filter(({ slow }) => slow !== undefined))("the limit of $check is that of its file", (offer) => {
	const warning = read(offer.check).thresholds?.latency?.warning;
	expect(parseDuration(warning ?? "")).toBe((offer.slow ?? 0) * 1_000);
});

test.each(OFFERS)("$check needs the key and the version that its kind needs", ({ check, key, since }) => {
	const { needsAdmin, since: first } = kinds[read(check).probe.kind];
	if (needsAdmin) expect(key).toBe("admin");
	if (first !== undefined) expect(since).toBe(first);
});

test.each(OFFERS)("$check states its wish for a machine as its kind does", ({ check, wants }) => {
	const { kind } = read(check).probe;
	expect(/^host-|^dss-status$/.test(kind)).toBe(wants === "host");
});
