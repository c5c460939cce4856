import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { startDaemon } from "./daemon.ts";
import { atMost, type Benchmark, milliseconds, quantile } from "./figure.ts";
import { takePort } from "./ports.ts";
import { openTarget } from "./target.ts";

/** How many alerts fire, and resolve, within the two seconds of their interval. */
const CHECKS = 400;
const FIRST_LOOKS_MS = 3_000;

/**
 * From the deciding sample to the webhook: both ends are servers in this process, so one clock tells. It starts when the
 * target has answered with the deciding status, and ends when the webhook arrives; the way of both over loopback counts.
 */
export const delivery: Benchmark = async (effort) => {
	/** By instance: when the newest answer left, and its status. */
	const decided = new Map<string, { at: number; status: number }>();
	const delays: number[] = [];
	const target = await openTarget((path, status) => {
		const instance = `i${path.split("/")[1]}`;
		if (decided.get(instance)?.status !== status) decided.set(instance, { at: performance.now(), status });
	});
	const hook = createServer(async (request, response) => {
		const now = performance.now();
		const { data } = JSON.parse(await text(request)) as { data: { alerts: readonly { instance: string }[] } };
		for (const { instance } of data.alerts) delays.push(now - (decided.get(instance)?.at ?? Number.NaN));
		response.writeHead(204).end();
	});
	const port = await takePort();
	hook.listen(port, "127.0.0.1");
	await once(hook, "listening");
	const webhook = `http://127.0.0.1:${port}/`;
	const daemon = await startDaemon(effort, { checks: CHECKS, every: "2s", target: target.url, webhook });
	try {
		await sleep(FIRST_LOOKS_MS);
		for (const status of [503, 200]) {
			target.answer(status);
			const wanted = delays.length + CHECKS;
			const end = performance.now() + 15_000;
			while (delays.length < wanted && performance.now() < end) await sleep(50);
		}
		return [
			{ what: "webhooks that arrived, of those that were due", value: `${delays.length} of ${2 * CHECKS}` },
			{ what: "from the deciding sample to the webhook, median", value: milliseconds(quantile(delays, 0.5)) },
			atMost("from the deciding sample to the webhook, p99", quantile(delays, 0.99), 50, milliseconds),
		];
	} finally {
		await daemon.stop();
		await target.close();
		hook.close();
		hook.closeAllConnections();
	}
};
