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
	/** As Node names it: linux, darwin, win32. */
	readonly platform: string;
}

/** The machine that this program runs on. */
export const thisHost: Host = { proc: "/proc", sys: "/sys", run: "/run", kmsg: "/dev/kmsg", platform: platform() };
