import { setTimeout as sleep } from "node:timers/promises";
import { type Daemon, latenessBound, startDaemon } from "./daemon.ts";
import { atMost, type Benchmark, type Figure, megabytes, milliseconds, times } from "./figure.ts";
import { openTarget, type Target } from "./target.ts";

/** First looks are spread over 15 s; what comes after them is the load that lasts. */
const SETTLED_MS = 18_000;

interface Load {
	readonly target: Target;
	readonly daemon: Daemon;
}

/**
 * Lateness, memory and cost per probe by the number of checks: three daemons at the same time, one with 10,000 checks every
 * 30 s, one with 100 checks that are due just as often together, one with 1,000 checks every 30 s.
 */
export const load: Benchmark = async (effort) => {
	const started: Load[] = [];
	const start = async (checks: number, every: string): Promise<Load> => {
		const target = await openTarget();
		const one = { target, daemon: await startDaemon(effort, { checks, every, target: target.url }) };
		started.push(one);
		return one;
	};
	try {
		const many = await start(10_000, "30s");
		const some = await start(1_000, "30s");
		const few = await start(100, "300ms");
		await sleep(SETTLED_MS);
		const costFrom = [many, few].map(({ daemon, target }) => ({ cpuMs: daemon.cpuMs(), probes: target.count() }));
		await sleep(effort.isQuick ? 15_000 : 60_000);
		const [manyCost = 0, fewCost = 0] = [many, few].map(({ daemon, target }, index) => {
			const from = costFrom[index] as { cpuMs: number; probes: number };
			return (daemon.cpuMs() - from.cpuMs) / (target.count() - from.probes);
		});
		// Before the metrics are asked for: a page of 10,000 checks is memory, too, but not that of watching them.
		const [manyMb, someMb] = [many.daemon.rssMb(), some.daemon.rssMb()];
		const late = async ({ daemon }: Load, bar: number, what: string): Promise<Figure> =>
			atMost(what, latenessBound(await daemon.lateness(), 0.99), bar, milliseconds);
		return [
			await late(some, 50, "lateness of due checks, p99 (upper bound), 1,000 checks every 30 s"),
			await late(many, 100, "lateness of due checks, p99 (upper bound), 10,000 checks every 30 s"),
			atMost("memory (RSS) with 1,000 checks", someMb, 120, megabytes),
			atMost("memory (RSS) with 10,000 checks", manyMb, 300, megabytes),
			{ what: "processor time per probe at 100 checks", value: milliseconds(fewCost) },
			{ what: "processor time per probe at 10,000 checks", value: milliseconds(manyCost) },
			atMost("cost per probe at 10,000 checks against 100", manyCost / fewCost, 1.3, times),
		];
	} finally {
		await Promise.all(started.map(({ daemon, target }) => daemon.stop().then(() => target.close())));
	}
};
