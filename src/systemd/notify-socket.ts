/** What systemd asks of the service that it has started. */
export interface Summons {
	/** Where it listens: a path, or `@` and a name for an abstract socket. */
	readonly socket: string;
	/** Without a sign of life for this long the service is restarted, ms. Absent where no watchdog is set. */
	readonly watchdogMs?: number;
}

/**
 * Reads what systemd wants to be told, as sd_notify(3) and sd_watchdog_enabled(3) lay it down. Undefined where nobody asks,
 * or at an address that is neither a path nor an abstract socket.
 *
 * @param pid of this process: a watchdog for another one (a shell around it, say) is none of ours
 */
export function summonsIn(env: Readonly<Record<string, string | undefined>>, pid: number): Summons | undefined {
	const socket = env["NOTIFY_SOCKET"];
	if (socket === undefined || !/^[/@]./.test(socket)) return undefined;
	const owner = env["WATCHDOG_PID"];
	const us = Number(env["WATCHDOG_USEC"]);
	const isOurs = owner === undefined || Number(owner) === pid;
	return { socket, ...(isOurs && Number.isSafeInteger(us) && us > 0 && { watchdogMs: us / 1_000 }) };
}
