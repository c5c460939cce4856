import { execFile } from "node:child_process";

/** Tells systemd something; resolves with why it could not be told, or with nothing. */
export type Send = (assignments: readonly string[]) => Promise<string | undefined>;

/** systemd-notify waits up to five seconds until systemd has read the message. */
const PATIENCE_MS = 8_000;

/**
 * Sends by `systemd-notify`, which comes with systemd. Node itself has no datagram sockets of the Unix kind, and an add-on
 * would have to be compiled. systemd takes the words of a child with `NotifyAccess=all` in the unit. The child gets no
 * variable of this process but these two, so no secret.
 *
 * @param path the folders in which programs are looked for
 */
export function sendByProgram(socket: string, path: string | undefined): Send {
	const env = { NOTIFY_SOCKET: socket, PATH: path || "/usr/bin:/bin" };
	return (assignments) =>
		new Promise((resolve) => {
			execFile(
				"systemd-notify",
				assignments,
				{ env, timeout: PATIENCE_MS, killSignal: "SIGKILL" },
				(error, _, stderr) => {
					if (!error) return resolve(undefined);
					if (error.code === "ENOENT") return resolve("the program systemd-notify is not installed");
					const code = error.killed ? `did not end within ${PATIENCE_MS / 1_000} s` : `ended with ${error.code}`;
					resolve(`systemd-notify ${code} ${stderr.trim()}`.trim());
				},
			);
		});
}
