import type { Config } from "../config/alerts.ts";
import { answerRoutes } from "../control/answers.ts";
import { controlRoutes } from "../control/routes.ts";
import { type Control, createControl } from "../control/server.ts";
import { socketPath } from "../control/socket.ts";
import type { Log } from "../log.ts";
import type { About } from "../model/about.ts";
import type { Desk } from "../model/desk.ts";
import type { Reports } from "./reports.ts";

/** The sockets of the daemon on its own machine. */
export interface Sockets {
	close(): void;
}

/** Opens the socket for people, who may change something, and the one for programs, which may only ask. */
export async function openSockets(deps: {
	readonly config: Config;
	readonly desk: Desk;
	readonly about: () => About;
	readonly reports: Reports;
	readonly health: () => object;
	readonly log: Log;
}): Promise<Sockets> {
	const { config, desk, reports, health, about, log } = deps;
	const path = socketPath(config.store.path);
	const { socket, group } = config.answers;
	const controls: Control[] = [];
	if (path !== undefined) {
		const loss = "nobody can talk to this daemon: silence and ack work only while it does not run";
		controls.push(createControl({ path, routes: controlRoutes(desk, { health, about }), loss, log }));
	}
	if (socket !== undefined) {
		const loss = "no program can ask this daemon: those that may read its configuration look for themselves";
		controls.push(createControl({ path: socket, routes: answerRoutes(reports), group, loss, log }));
	}
	for (const control of controls) await control.listen();
	return {
		close() {
			for (const control of controls) control.close();
		},
	};
}
