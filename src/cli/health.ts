import { systemClock } from "../clock.ts";
import { askDaemon } from "../control/client.ts";
import { socketPath } from "../control/socket.ts";
import { configFile } from "./config-file.ts";
import { EXIT } from "./exit.ts";
import type { Verb } from "./io.ts";
import { requireConfig } from "./source.ts";

export interface HealthOptions {
	readonly config?: string;
}

/** A daemon that has not answered by then does not work, ms. Below what a container's health check usually allows. */
const PATIENCE_MS = 3_000;

/**
 * `health`: asks the daemon that runs on this store whether it does its work. One line on stdout.
 *
 * @returns 0 where it does, 1 where it does not, does not answer, or does not run
 */
export const health: Verb<HealthOptions> = async (options, io) => {
	const { store } = requireConfig(configFile(options.config, io.env), io, { quiet: true });
	const say = (text: string, code: number): number => {
		io.terminal.out(text);
		return code;
	};
	const socket = socketPath(store.path);
	if (socket === undefined) return say("dss-probe: a store in memory has no daemon that could be asked", EXIT.warning);
	const around = { clock: systemClock, uid: process.getuid?.(), timeoutMs: PATIENCE_MS };
	const asked = await askDaemon({ socket, path: "/health" }, {}, around);
	if (asked.result === "nobody") return say(`no daemon runs on ${store.path}`, EXIT.warning);
	if (asked.result === "failed") return say(`dss-probe: ${asked.why}`, EXIT.warning);
	const { value } = asked.body as { readonly value?: { ok: boolean; reasons: readonly string[]; line: string } };
	if (value === undefined) return say("dss-probe: the daemon that runs is another version", EXIT.warning);
	return value.ok ? say(value.line, EXIT.ok) : say(`does not work: ${value.reasons.join("; ")}`, EXIT.warning);
};
