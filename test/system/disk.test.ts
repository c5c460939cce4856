import { expect, onTestFinished, test } from "vitest";
import { answering, httpReceiver } from "../support/http-receiver.ts";
import { aDss, configured, mustHoldNoSecret, start } from "../support/program.ts";

const FAST =
	"- { use: get-configuration, every: 1s, timeout: 900ms, retry_every: 100ms, fail_after: 2, recover_after: 1 }";

async function until(isTrue: () => boolean, withinMs = 15_000): Promise<void> {
	const end = performance.now() + withinMs;
	while (!isTrue()) {
		if (performance.now() > end) throw new Error("it did not happen in time");
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}

test("a disk that takes no more stops nobody from being told, and the program says so of itself", async () => {
	const { url, faults } = await aDss();
	const pager = await httpReceiver(answering(204));
	onTestFinished(async () => {
		for (const { body } of pager.requests) mustHoldNoSecret(body);
		await pager.close();
	});
	const { file } = configured(url, {
		checks: Array.from({ length: 20 }, (_, n) => FAST.replace("{ ", `{ as: copy-${n}, `)),
		channels: [`pager: { type: webhook, url: "http://127.0.0.1:${pager.port}/" }`],
		routes: ["- { match: { check: [copy-0, self] }, to: [pager] }", "- to: []"],
	});
	// No file may grow beyond 150 kB; the store begins with less.
	const daemon = start(["-c", file], { shell: 'ulimit -f 150; exec "$@"' });
	await daemon.until(/going on from memory/, 30_000);
	await faults.set({ fault: "gateway" });
	const told = () => pager.requests.map(({ body }) => JSON.parse(body).data.title as string);
	await until(() => told().some((title) => title.startsWith("CRITICAL design/copy-0")));
	await faults.clear();
	await until(() => told().some((title) => title.startsWith("RESOLVED design/copy-0")));
	await until(() => told().some((title) => title.startsWith("WARNING dss-probe/self")), 20_000);
	daemon.process.kill("SIGTERM");
	expect((await daemon.ended).code).toBe(0);
});
