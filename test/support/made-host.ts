import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Host } from "../../src/host/host.ts";
import { aFolder } from "./folder.ts";

/** A process as a test tells it; what is left out is usual. */
export interface MadeProcess {
	readonly pid: number;
	readonly parent?: number;
	readonly args?: readonly string[];
	/** Seconds after the boot. */
	readonly startedAt?: number;
	/** CPU seconds used. */
	readonly cpu?: number;
	readonly state?: string;
	readonly rssKib?: number;
	readonly name?: string;
	readonly cwd?: string;
}

/** A Linux machine in a folder. */
export interface MadeHost extends Host {
	/** A data directory of DSS with an install.ini. */
	readonly dataDir: string;
	write(path: string, text: string): void;
	/** Replaces all processes, and says how long the machine has been up, s. */
	starts(processes: readonly MadeProcess[], uptime?: number): void;
}

/** Makes a machine with a /proc, a /sys and an empty data directory. */
export function aHost(nodeType = "design"): MadeHost {
	const folder = aFolder();
	const dataDir = join(folder, "dss_data");
	const write = (path: string, text: string) => {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), text);
	};
	write("dss_data/install.ini", `[general]\nnodetype = ${nodeType}\nnodeid = n1\n[server]\nport = 11000\n`);
	write("proc/sys/kernel/random/boot_id", "b0b0-1\n");
	write("proc/self/mounts", "proc /proc proc rw,nosuid 0 0\n");
	const running = new Set<number>();
	const host: MadeHost = {
		proc: join(folder, "proc"),
		sys: join(folder, "sys"),
		run: join(folder, "run"),
		kmsg: join(folder, "kmsg"),
		statfs: (path) => statfs(path),
		platform: "linux",
		dataDir,
		write,
		starts(processes, uptime = 10_000) {
			for (const pid of running) rmSync(join(folder, "proc", String(pid)), { recursive: true });
			running.clear();
			write("proc/uptime", `${uptime.toFixed(2)} 1.00\n`);
			for (const one of [{ pid: 1, parent: 0, args: ["/sbin/init"] }, ...processes]) {
				running.add(one.pid);
				writeProcess(one);
			}
		},
	};
	function writeProcess({ pid, parent = 1, args = [], startedAt = 100, cpu = 0, state = "S", ...more }: MadeProcess) {
		const { rssKib = 1_000, name = "a (b) c", cwd } = more;
		const ticks = (seconds: number) => Math.round(seconds * 100);
		const rest = [`${ticks(cpu)}`, "0", "0", "0", "20", "0", "1", "0", `${ticks(startedAt)}`, "9", "9"];
		write(
			`proc/${pid}/stat`,
			`${pid} (${name}) ${state} ${parent} 1 1 0 -1 4194304 0 0 0 0 ${rest.join(" ")} 18446744073709551615\n`,
		);
		write(`proc/${pid}/cmdline`, args.map((arg) => `${arg}\0`).join(""));
		write(`proc/${pid}/status`, `Name:\tx\nVmRSS:\t${rssKib} kB\n`);
		write(`proc/${pid}/smaps_rollup`, `5567-7fff ---p [rollup]\nRss: ${rssKib} kB\nPss:  ${rssKib / 2} kB\n`);
		if (cwd !== undefined) symlinkSync(cwd, join(folder, "proc", String(pid), "cwd"));
	}
	host.starts([]);
	return host;
}

/** The processes of a healthy design node with one busy and one idle job kernel. */
export function aNode(dataDir: string): readonly MadeProcess[] {
	const java = (sign: string) => ["/opt/jdk/bin/java", "-Xmx6g", sign, "-cp", `/opt/dss/lib.jar:${dataDir}/lib/java`];
	const python = `${dataDir}/bin/python`;
	return [
		{ pid: 10, args: [python, `${dataDir}/bin/supervisord`, "-c", `${dataDir}/install-support/supervisord.conf`] },
		{ pid: 11, parent: 10, args: [`nginx: master process /usr/sbin/nginx -c ${dataDir}/run/nginx.conf`] },
		{ pid: 12, parent: 11, args: ["nginx: worker process"] },
		{ pid: 20, parent: 10, args: java("-Ddku.backend"), rssKib: 6_000_000, startedAt: 4_000 },
		{ pid: 21, parent: 20, args: java("com.dataiku.dip.DSSJobKernelMain"), rssKib: 2_000_000 + 1, startedAt: 4_100 },
		{ pid: 22, parent: 21, args: ["/usr/bin/python3", "-u", "recipe.py"], startedAt: 4_200 },
		{ pid: 23, parent: 20, args: java("-Ddku.jek"), startedAt: 4_100 },
		{ pid: 24, parent: 20, args: java("-Ddku.fek"), startedAt: 4_100 },
		{ pid: 25, parent: 24, args: [python, "-m", "dataiku.doctor.server"], startedAt: 4_300 },
		{ pid: 26, parent: 20, args: [python, "-m", "dataiku.webapps.backend"], startedAt: 4_300 },
		{ pid: 30, parent: 10, args: [python, `${dataDir}/bin/jupyter-notebook`, "--no-browser"] },
		{ pid: 31, parent: 30, args: [python, "-m", "ipykernel_launcher", "-f", `${dataDir}/jupyter-run/k.json`] },
	];
}
