import * as z from "zod";
import { everyKind } from "../probe/probe.ts";
import { webOptions } from "../web/options.ts";
import { alertsOptions, type Config, type WebOptions } from "./alerts.ts";
import { readChannels, warnUnused } from "./channels.ts";
import type { CheckFile } from "./check-files.ts";
import { composeChecks } from "./compose-checks.ts";
import type { Disk } from "./disk.ts";
import type { Document } from "./document.ts";
import { toCheck } from "./expand.ts";
import { dig, typeName } from "./explain.ts";
import { OWN_NAME } from "./instances.ts";
import { collectValues, type LabelValues } from "./labels.ts";
import { readMaintenance } from "./maintenance.ts";
import { asMeant } from "./meant.ts";
import { findParents } from "./parents.ts";
import type { Path } from "./path.ts";
import { planCheck } from "./plan.ts";
import { readRoutes, SEVERITIES, warnUntold } from "./routing.ts";
import { isGiven } from "./sections.ts";
import { readSinks } from "./sinks.ts";
import type { PlacedUse } from "./uses.ts";

/** Only the names of the sections: each is read by itself, so that a mistake in one does not hide those in another. */
const outline = z.strictObject(
	Object.fromEntries(Object.keys(alertsOptions.shape).map((key) => [key, z.unknown().optional()])),
);

/**
 * Puts alerts.yaml and the check files together. Everything that is wrong is reported; the result counts only if nothing was.
 *
 * @param open reads a text as a configuration file
 */
export function compose(
	written: Document,
	disk: Disk,
	open: (text: string, file: string) => Document,
): Omit<Config, "warnings" | "secrets"> | undefined {
	if (typeof written.data !== "object" || Array.isArray(written.data)) {
		written.error([], `this file must be a section (key: value), not ${typeName(written.data)}`);
		return undefined;
	}
	if (Object.keys(written.data ?? {}).length === 0) {
		written.error([], "this file is empty", { hint: "it needs at least instances: and checks:" });
		return undefined;
	}
	written.read(outline, []);
	const document = asMeant(written, Object.keys(alertsOptions.shape));
	const { instances, declared, uses, expanded, store, answers } = composeChecks(document, disk, open, everyKind);
	checkUnused(declared.files, uses);
	const parents = findParents(expanded);

	const known = knownLabels(document, instances.names, uses);
	const channels = readChannels(document, disk, open);
	const { routes, isWhole, used } = readRoutes(document, channels.names, known);
	const maintenance = readMaintenance(document, known);
	if (routes.length > 0 && isWhole) warnUntold(document, routes, expanded.drafts.values());
	if (isWhole) warnUnused(document, channels, used);
	if (routes.length === 0 && isWhole) {
		const hint = "fine where another system asks (zabbix get); otherwise add channels: and routes:";
		document.warning(["routes"], "there are no routes: nobody is told of anything", { hint });
	}

	const web = readWeb(document);
	return {
		file: document.file,
		instances: instances.good,
		checks: [...expanded.drafts.values()].map((draft) => toCheck(draft, parents.get(draft.key) ?? NONE)),
		channels: channels.good,
		routes,
		maintenance,
		sinks: readSinks(document, disk, instances.good),
		store,
		answers,
		...(web && { web }),
	};
}

const NONE: readonly string[] = Object.freeze([]);

/** A check file that nothing uses is in order or not all the same. */
function checkUnused(files: ReadonlyMap<string, CheckFile>, uses: readonly PlacedUse[]): void {
	const used = new Set(uses.map(({ file }) => file.name));
	for (const file of files.values()) {
		if (!used.has(file.name) && file.options) planCheck({ ...file, options: file.options }, everyKind);
	}
}

/**
 * Every value of every label that an alert can have. Read from the text as it is, also where something else is wrong with the
 * instance or check, so that one mistake does not make its labels unknown elsewhere.
 */
function knownLabels(document: Document, instances: readonly string[], uses: readonly PlacedUse[]): LabelValues {
	const section = (data: unknown, path: Path) => {
		const found = dig(data, path);
		return typeof found === "object" && found !== null ? (found as Record<string, unknown>) : {};
	};
	return collectValues([
		...SEVERITIES.map((severity) => ({ severity })),
		...instances.map((instance) => ({ ...section(document.data, ["instances", instance, "labels"]), instance })),
		...uses.map(({ file, path, name }) => ({
			...section(file.document.data, ["labels"]),
			...section(document.data, [...path, "labels"]),
			check: name,
		})),
		// The alert about the program itself goes the way of all others.
		{ instance: OWN_NAME, check: "self", layer: "prober" },
	]);
}

function readWeb(document: Document): WebOptions | undefined {
	const web = isGiven(document, "web") ? document.read(webOptions, ["web"]) : undefined;
	if (web && Number(web.listen.slice(web.listen.lastIndexOf(":") + 1)) > 65_535) {
		document.error(["web", "listen"], `"listen" has a port above 65535`);
	}
	return web;
}
