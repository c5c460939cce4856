import { execFile } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** A user of this machine. */
export interface User {
	readonly name: string;
	readonly uid: number;
	/** All of its groups. */
	readonly gids: readonly number[];
}

/** A user by name, as far as /etc/passwd and /etc/group know it. */
export function userNamed(name: string): User | undefined {
	const entry = linesOf("/etc/passwd").find(([first]) => first === name);
	if (!entry) return undefined;
	const more = linesOf("/etc/group").filter(([, , , members]) => members?.split(",").includes(name));
	return { name, uid: Number(entry[2]), gids: [Number(entry[3]), ...more.map(([, , gid]) => Number(gid))] };
}

function linesOf(path: string): readonly (readonly string[])[] {
	try {
		return readFileSync(path, "utf8")
			.split("\n")
			.map((line) => line.split(":"));
	} catch {
		return [];
	}
}

/**
 * Why a user cannot read a file: the first folder on the way, or the file itself, whose mode is closed to that user.
 *
 * @returns undefined where the modes let it
 */
export function barrierTo(path: string, user: User): string | undefined {
	const way = [path];
	for (let at = dirname(path); !way.includes(at); at = dirname(at)) way.unshift(at);
	for (const step of way) {
		const found = statSync(step, { throwIfNoEntry: false });
		if (!found) return `${step} does not exist`;
		const needed = found.isDirectory() ? 1 : 4;
		const shift = found.uid === user.uid ? 6 : user.gids.includes(found.gid) ? 3 : 0;
		if (user.uid !== 0 && ((found.mode >> shift) & needed) === 0) {
			return `${step} is closed to the user ${user.name} (mode ${(found.mode & 0o7777).toString(8).padStart(4, "0")})`;
		}
	}
	return undefined;
}

export interface Ran {
	readonly stdout: string;
	readonly stderr: string;
	readonly ms: number;
	/** It was still running when its time was over. */
	readonly isLate: boolean;
}

/** As systemd gives it to Zabbix's server. */
const ENVIRONMENT = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "HOME=/nonexistent"];

/**
 * Runs a file as Zabbix's server does: with its environment, in the folder /, without input, as another user where that is given.
 *
 * @param now the monotonic clock
 */
export function runLikeZabbix(
	file: string,
	args: readonly string[],
	how: { readonly user: User | undefined; readonly timeoutMs: number; readonly now: () => number },
): Promise<Ran> {
	const command = ["env", "-i", ...ENVIRONMENT, file, ...args];
	const { user } = how;
	const [first = "env", ...rest] =
		user === undefined
			? command
			: existsSync("/usr/bin/setpriv")
				? ["setpriv", `--reuid=${user.name}`, `--regid=${user.gids[0]}`, "--init-groups", ...command]
				: ["runuser", "-u", user.name, "--", ...command];
	const start = how.now();
	return new Promise((resolve) => {
		const options = { cwd: "/", timeout: how.timeoutMs, encoding: "utf8" } as const;
		const child = execFile(first, rest, options, (error, stdout, stderr) => {
			const isLate = error?.killed === true;
			// A file that cannot be started at all says so nowhere but here.
			const said = error && !isLate && stdout === "" && stderr === "" ? error.message : stderr;
			resolve({ stdout, stderr: said, ms: how.now() - start, isLate });
		});
		child.stdin?.end();
	});
}
