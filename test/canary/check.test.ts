import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { countJobs } from "../../src/canary/check.ts";
import { systemClock } from "../../src/clock.ts";
import { Secret } from "../../src/model/secret.ts";
import { makeInstance } from "../support/instance.ts";

test("more jobs than are good are counted also where each of them is told at length", async () => {
	const job = (number: number) => ({
		def: { id: `Build_${number}`, projectKey: "PROBES", name: "x".repeat(3_000), initiator: "probe" },
		state: "DONE",
		stableState: true,
		startTime: 1,
		endTime: 2,
	});
	const server = createServer(({ url = "" }, response) => {
		const limit = Number(new URL(url, "http://dss").searchParams.get("limit"));
		const jobs = Array.from({ length: Math.min(limit, 5_000) }, (_, number) => job(number));
		response.writeHead(200, { "content-type": "application/json", "dss-version": "14.0.0" }).end(JSON.stringify(jobs));
	});
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	onTestFinished(() => void server.close());
	const { port } = server.address() as { port: number };
	const instance = makeInstance(`http://127.0.0.1:${port}`, { apiKey: new Secret("key-0001") });
	const around = { clock: systemClock, signal: new AbortController().signal };
	expect(await countJobs(instance, "PROBES", around)).toBe(1_001);
});
