import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What is watched; the same checks on every instance. */
export const INSTANCES = ["alpha", "beta"] as const;
const CHECKS = ["backend", "api", "load", "job"] as const;
export type Key = `${(typeof INSTANCES)[number]}/${(typeof CHECKS)[number]}`;

export const KEYS: readonly Key[] = INSTANCES.flatMap((instance) =>
	CHECKS.map((check) => `${instance}/${check}` as const),
);

/** How a check goes: well, or with a verdict. */
export type Course = "ok" | "warning" | "critical";
const STATUS: Readonly<Record<Course, number>> = { ok: 200, warning: 429, critical: 502 };

/** Simulated nodes whose every address goes as a story says. */
export interface Nodes {
	readonly port: number;
	course(key: Key): Course;
	set(key: Key, course: Course): void;
	/** How often one life of the daemon has been told the present course. */
	looks(key: Key): number;
	/** Another life begins: what the former has seen does not count. */
	forgetLooks(): void;
	close(): Promise<void>;
}

export async function createNodes(): Promise<Nodes> {
	const courses = new Map<string, Course>(KEYS.map((key) => [key, "ok"]));
	const looks = new Map<string, number>();
	const server = createServer((request, response) => {
		const key = (request.url ?? "").slice(1);
		looks.set(key, (looks.get(key) ?? 0) + 1);
		response.writeHead(STATUS[courses.get(key) ?? "ok"]).end("{}");
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		port: (server.address() as AddressInfo).port,
		course: (key) => courses.get(key) ?? "ok",
		set(key, course) {
			courses.set(key, course);
			looks.delete(key);
		},
		looks: (key) => looks.get(key) ?? 0,
		forgetLooks: () => looks.clear(),
		close: () =>
			new Promise<void>((resolve) => {
				server.closeAllConnections();
				server.close(() => resolve());
			}),
	};
}
