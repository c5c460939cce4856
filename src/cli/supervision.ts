import type { Supervision, SupervisionDeps } from "../systemd/systemd.ts";
import type { Io } from "./io.ts";

/** Keeps systemd informed where it has started the program and wants to know; loads nothing where it has not. */
export async function openSupervision({
	io,
	...deps
}: { readonly io: Io } & Pick<SupervisionDeps, "health" | "clock" | "log">): Promise<Supervision | undefined> {
	if (io.env["NOTIFY_SOCKET"] === undefined) return undefined;
	const [{ summonsIn }, { sendByProgram }, { createSupervision }] = await Promise.all([
		import("../systemd/notify-socket.ts"),
		import("../systemd/send.ts"),
		import("../systemd/systemd.ts"),
	]);
	const summons = summonsIn(io.env, process.pid);
	if (!summons) return undefined;
	return createSupervision({
		...deps,
		...(summons.watchdogMs !== undefined && { watchdogMs: summons.watchdogMs }),
		send: sendByProgram(summons.socket, io.env["PATH"]),
		monotonicUs: () => process.hrtime.bigint() / 1_000n,
	});
}
