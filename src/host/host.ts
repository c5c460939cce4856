import type { StatsFs } from "node:fs";
import { statfs } from "node:fs/promises";
import { platform } from "node:os";

/** Where a Linux machine shows itself as files. A test gives a made-up tree. */
export interface Host {
	/** Usually /proc. */
	readonly proc: string;
	/** Usually /sys. */
	readonly sys: string;
	/** Usually /run. */
	readonly run: string;
	/** The kernel's log as records; usually /dev/kmsg. */
	readonly kmsg: string;
	/** How full the file system of a path is. */
	statfs(path: string): Promise<Pick<StatsFs, "bsize" | "blocks" | "bfree" | "bavail" | "files" | "ffree">>;
	/** As Node names it: linux, darwin, win32. */
	readonly platform: string;
}

/** The machine that this program runs on. */
export const thisHost: Host = {
	proc: "/proc",
	sys: "/sys",
	run: "/run",
	kmsg: "/dev/kmsg",
	statfs: (path) => statfs(path),
	platform: platform(),
};
