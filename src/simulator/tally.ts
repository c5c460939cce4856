import type { FastifyInstance } from "fastify";
import { isControl, pathOf } from "./address.ts";

/** Counts the requests that came in, by route, also those that never got an answer. */
export interface Tally {
	view(): { readonly total: number; readonly byRoute: Readonly<Record<string, number>> };
}

/** Must be added before the faults, so that it sees what they swallow. */
export function addTally(app: FastifyInstance): Tally {
	const counts = new Map<string, number>();
	app.addHook("onRequest", async (request) => {
		if (isControl(pathOf(request.url))) return;
		const route = `${request.method} ${request.routeOptions.url ?? "(unknown)"}`;
		counts.set(route, (counts.get(route) ?? 0) + 1);
	});
	return {
		view: () => ({
			total: counts.values().reduce((sum, count) => sum + count, 0),
			byRoute: Object.fromEntries(counts),
		}),
	};
}
