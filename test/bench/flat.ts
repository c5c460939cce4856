import { setTimeout as sleep } from "node:timers/promises";
import { startDaemon } from "./daemon.ts";
import { atMost, type Benchmark, megabytes, notMeasured } from "./figure.ts";
import { openTarget } from "./target.ts";

const PROBES = 100_000;
/** When the compilers have done their work and every list has its size. */
const WARM = 30_000;
/** Beyond this it is no longer the noise of a garbage collector, MB. */
const GROWTH_MB = 10;

/** Whether memory stays flat: 500 checks, each four times a second, until 100,000 probes are done. */
export const flat: Benchmark = async (effort) => {
	const what = `growth of memory from ${WARM.toLocaleString("en")} to ${PROBES.toLocaleString("en")} probes`;
	if (effort.isQuick) return [notMeasured(what, "it takes a minute")];
	const target = await openTarget();
	const daemon = await startDaemon(effort, { checks: 500, every: "250ms", target: target.url });
	try {
		/** The lowest of some readings: what is left after a collection. */
		const settledMb = async () => {
			const readings: number[] = [];
			for (let turn = 0; turn < 20; turn++) {
				readings.push(daemon.rssMb());
				await sleep(150);
			}
			return Math.min(...readings);
		};
		const reach = async (probes: number) => {
			while (target.count() < probes) await sleep(100);
		};
		await reach(WARM);
		const early = await settledMb();
		await reach(PROBES);
		const late = await settledMb();
		return [
			{ what: "memory (RSS) after 100,000 probes", value: megabytes(late) },
			atMost(what, late - early, GROWTH_MB, megabytes),
		];
	} finally {
		await daemon.stop();
		await target.close();
	}
};
