import { type WindowOptions, windowOptions } from "../dispatch/window.ts";
import { checkCron } from "../schedule/cron.ts";
import type { Document } from "./document.ts";
import type { LabelValues } from "./labels.ts";
import { checkMatch } from "./routing.ts";
import { listLength } from "./sections.ts";

/** Reads `maintenance:`. */
export function readMaintenance(document: Document, known: LabelValues): readonly WindowOptions[] {
	const names = new Set<string>();
	return Array.from({ length: listLength(document, "maintenance") ?? 0 }, (_, index) => {
		const path = ["maintenance", index];
		const window = document.read(windowOptions, path);
		if (!window) return undefined;
		const { name, cron, from, timezone } = window;
		if (names.has(name)) document.error([...path, "name"], `"name" ${name} is taken by a window above`);
		names.add(name);
		const wrongZone = checkCron("* * * * *", timezone);
		if (wrongZone) document.error([...path, "timezone"], `"timezone" ${wrongZone}`);
		if ((cron === undefined) === (from === undefined)) {
			const what = cron === undefined ? "needs cron or from: when it begins" : "has both cron and from: one has to go";
			document.error([...path, "name"], `window "${name}" ${what}`);
		}
		const wrong = cron === undefined ? undefined : checkCron(cron, wrongZone ? "UTC" : timezone);
		if (wrong) document.error([...path, "cron"], `"cron" ${wrong}`);
		if (window.for === 0) document.error([...path, "for"], `"for" must be longer than nothing`);
		checkMatch(document, [...path, "match"], window.match, known);
		return window;
	}).filter((window) => window !== undefined);
}
