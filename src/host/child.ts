import { spawn } from "node:child_process";
import { kill } from "node:process";
import { codeOf, reasonOf } from "./read.ts";

/** What came of a command. */
export type Ran =
	| { readonly kind: "ended"; readonly code: number | null; readonly output: string }
	| {
			readonly kind: "late";
			/** Why it could not be ended, and so still runs. */
			readonly stays?: string;
	  }
	| { readonly kind: "not started"; readonly reason: string };

/** More output than this is dropped, characters. */
const MOST_OUTPUT = 64_000;

/** What a command finds of its surroundings: nothing of ours, where secrets are. */
const ENVIRONMENT = {
	PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	LANG: "C",
	LC_ALL: "C",
};

/**
 * Runs a command to its end, without a shell, and with nothing of our environment. At the signal it is killed, together with
 * all that it started.
 *
 * @returns its output on both streams, in the order in which it came
 */
export function runChild(command: string, args: readonly string[], cwd: string, signal: AbortSignal): Promise<Ran> {
	return new Promise((done) => {
		if (signal.aborted) return done({ kind: "late" });
		// A group of its own, so that its children end with it.
		const child = spawn(command, args, { cwd, env: ENVIRONMENT, stdio: ["ignore", "pipe", "pipe"], detached: true });
		let output = "";
		const take = (text: string) => {
			output = (output + text).slice(0, MOST_OUTPUT);
		};
		const end = (ran: Ran) => {
			signal.removeEventListener("abort", late);
			done(ran);
		};
		const late = () => {
			const stays = endGroup(child.pid);
			child.stdout.destroy();
			child.stderr.destroy();
			// Nor does the program wait for it at its own end.
			child.unref();
			end({ kind: "late", ...(stays !== undefined && { stays }) });
		};
		child.stdout.setEncoding("utf8").on("data", take);
		child.stderr.setEncoding("utf8").on("data", take);
		child.once("error", (error) => end({ kind: "not started", reason: `${command}: ${reasonOf(error)}` }));
		child.once("close", (code) => end({ kind: "ended", code, output }));
		signal.addEventListener("abort", late, { once: true });
	});
}

/** Says why a group could not be ended: it runs as another user, for a command may change to one. */
function endGroup(pid: number | undefined): string | undefined {
	if (pid === undefined) return undefined;
	try {
		kill(-pid, "SIGKILL");
	} catch (error) {
		// Or it ended by itself in this moment.
		if (codeOf(error) !== "ESRCH") return reasonOf(error);
	}
	return undefined;
}
