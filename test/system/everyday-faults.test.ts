import { expect, test } from "vitest";
import type { FaultInput } from "../../src/simulator/fault.ts";
import { at, type Everyday, type EverydayHost, everyday, LONG_MS } from "../support/everyday.ts";

const GB = 1_000_000_000;

/** A true fault: how it comes and goes, and the one alert that tells it. */
interface TrueFault {
	readonly what: string;
	readonly comes: (day: Everyday) => unknown;
	readonly goes: (day: Everyday) => unknown;
	/** Minutes that it lasts, and that are then waited for its end. */
	readonly lasts: number;
	readonly ends: number;
	readonly told: string;
	/** News besides. */
	readonly news?: string;
}

const inDss = (fault: FaultInput) => ({
	comes: ({ story }: Everyday) => story.faults.set(fault),
	goes: ({ story }: Everyday) => story.faults.clear(fault.fault),
});

const onHost = (change: (host: EverydayHost) => void, back: (host: EverydayHost) => void) => ({
	comes: ({ host }: Everyday) => change(host),
	goes: ({ host }: Everyday) => back(host),
});

const FAULTS: readonly TrueFault[] = [
	{
		what: "the backend does not answer nginx",
		...inDss({ fault: "gateway" }),
		lasts: 20,
		ends: 40,
		told: "CRITICAL design/get-configuration [backend_deaf]",
	},
	{
		what: "the backend is gone from its host",
		async comes({ host, story }) {
			host.stopBackend();
			await story.faults.set({ fault: "gateway" });
		},
		async goes({ host, story }) {
			host.startBackend();
			await story.faults.clear("gateway");
		},
		lasts: 30,
		ends: 60,
		told: "CRITICAL design/host-processes [backend_gone]",
		news: "instance.changed NOTE design [undefined]",
	},
	{
		what: "the key was revoked",
		...inDss({ fault: "key_revoked", key: "api" }),
		lasts: 30,
		// A scenario of the node runs at half past: the next two would hit it as well.
		ends: 55,
		told: "CRITICAL design/public-api [key_rejected]",
	},
	{
		what: "the canary's recipe fails",
		...inDss({ fault: "job_fails" }),
		lasts: 24,
		ends: 36,
		told: "CRITICAL design/canary-job [job_failed]",
	},
	{
		what: "no job kernel is free",
		...inDss({ fault: "job_queued" }),
		lasts: 24,
		ends: 20,
		told: "CRITICAL design/canary-job [no_free_jek]",
	},
	{
		what: "Jupyter kernels are left alive",
		...inDss({ fault: "kernels", count: 30, idle_hours: 30 }),
		lasts: 40,
		ends: 20,
		told: "WARNING design/kernels [kernels_idle]",
	},
	{
		what: "a connection is broken",
		...inDss({ fault: "connection_broken" }),
		lasts: 50,
		ends: 40,
		told: "WARNING design/connections [connection_broken]",
	},
	{
		what: "a webapp is down",
		...inDss({ fault: "webapp_down" }),
		lasts: 15,
		// Its crashes count for an hour.
		ends: 70,
		told: "WARNING loads/webapps [webapp_down]",
	},
	{
		what: "the disk of DSS is nearly full",
		...onHost(
			(host) => {
				host.used = 940 * GB;
			},
			(host) => {
				host.used = 400 * GB;
			},
		),
		lasts: 20,
		ends: 20,
		told: "CRITICAL design/host-disk [disk_nearly_full]",
	},
	{
		what: "the backend ran out of heap",
		...onHost(
			(host) => host.log("ERROR", "java.lang.OutOfMemoryError: Java heap space"),
			() => {},
		),
		lasts: 10,
		ends: 20,
		told: "CRITICAL design/host-log [backend_out_of_memory]",
	},
	{
		what: "the machine is short of memory",
		...onHost(
			(host) => {
				host.available = 2 * GB;
			},
			(host) => {
				host.available = 30 * GB;
			},
		),
		lasts: 20,
		ends: 20,
		told: "CRITICAL design/host-machine [host_memory_low]",
	},
	{
		what: "supervisord gave up the notebook server",
		...onHost(
			(host) => host.down.set("ipython", "FATAL     Exited too quickly"),
			(host) => host.down.delete("ipython"),
		),
		lasts: 20,
		ends: 20,
		told: "CRITICAL design/host-status [program_down]",
	},
	{
		what: "one of two inference workers is down",
		comes({ feeds }) {
			feeds.isWorkerDown = true;
		},
		goes({ feeds }) {
			feeds.isWorkerDown = false;
		},
		lasts: 15,
		ends: 15,
		told: "CRITICAL design/inference-workers [expectation_failed]",
	},
	{
		what: "the JupyterHub is down behind its proxy",
		comes({ feeds }) {
			feeds.isHubDown = true;
		},
		goes({ feeds }) {
			feeds.isHubDown = false;
		},
		lasts: 15,
		ends: 20,
		told: "CRITICAL hub/jupyterhub-health [backend_down]",
	},
];

/** Checks that would tell the same fault a second time: a user takes one of the two. */
const TWICE = ["canary-scenario", "internal-metrics"];

test("true faults are told once each, with the right cause, and once when they are over", {
	timeout: LONG_MS,
}, async () => {
	await using day = await everyday(["inside", "host", "feeds"], [], TWICE);
	day.host.backup("dss-6.tar.gz", 100_000);
	await day.until(at(0, 40));
	expect(day.news()).toEqual([]);
	let minute = 40;
	const found: (readonly string[])[] = [];
	for (const { what, comes, goes, lasts, ends } of FAULTS) {
		await comes(day);
		minute += lasts;
		await day.until(at(0, minute));
		const told = day.news().map(short);
		await goes(day);
		minute += ends;
		await day.until(at(0, minute));
		found.push([what, ...told, ...day.news().map(short)]);
	}
	expect(found).toEqual(
		FAULTS.map(({ what, told, news = [] }) => [
			what,
			`alert.firing ${told}`,
			...[news].flat(),
			`alert.resolved ${told.replace(/^\w+ /, "")}`,
		]),
	);
});

/** The type, level, alert and cause of a message. */
function short(line: string): string {
	const [, type = "", title = "", cause = ""] = /^(\S+) (.*) (\[\w+\])$/.exec(line) ?? [];
	const [, level = "", alert = ""] = /^(\w+) (\S+?):? /.exec(title) ?? [];
	return type === "alert.resolved" ? `${type} ${alert} ${cause}` : `${type} ${level} ${alert} ${cause}`;
}
