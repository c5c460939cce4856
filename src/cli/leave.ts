import { systemClock } from "../clock.ts";

/** What waits in one of Node's threads: for a file, or for the address of a name. */
const IN_A_THREAD = /^(?:FSReq|GetAddrInfoReq)/;
/** How long a read that is all right may take to come back at the end, ms. */
const GRACE_MS = 500;

/**
 * Ends the process at once. Node's own way waits for its threads, and one that reads from a dead file server, or asks a name
 * server that is silent, keeps it for seconds or for ever. Who started us waits as long: cron would never start another
 * single run, and Zabbix would drop the answer that is out already. So where a thread waits, a shell takes the place of the
 * process, which ends the threads, and ends with the code.
 */
export function leave(code: number): never {
	if (isHeld()) process.execve?.("/bin/sh", ["sh", "-c", `exit ${code}`], {});
	process.exit(code);
}

/** The same for a process that has done its work and may still finish writing. */
export function leaveSoon(code: number): void {
	process.exitCode = code;
	const end = () => {
		if (isHeld()) leave(code);
	};
	systemClock.after(GRACE_MS, end, { background: true });
}

function isHeld(): boolean {
	return process.getActiveResourcesInfo().some((name) => IN_A_THREAD.test(name));
}
