import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { answering, closedPort, type HttpReceiver, httpReceiver } from "../support/http-receiver.ts";
import { aDss, configured, mustHoldNoSecret, run, start } from "../support/program.ts";

const HASTY = "- { use: get-configuration, fail_after: 1, recover_after: 1 }";

async function aPager(): Promise<HttpReceiver> {
	const pager = await httpReceiver(answering(204));
	onTestFinished(async () => {
		for (const { body } of pager.requests) mustHoldNoSecret(body);
		await pager.close();
	});
	return pager;
}

const typesOf = (pager: HttpReceiver) => pager.requests.map(({ body }) => JSON.parse(body).type);

test("where all is well it ends with 0, with a table, or with nothing at all", async () => {
	const { url } = await aDss();
	const { file } = configured(url, { checks: ["- get-configuration", "- public-api"] });
	const { code, stdout, stderr } = await run(["--once", "-c", file]);
	expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
	expect(stdout).toMatch(/^LEVEL {2}CHECK/);
	expect(stdout).toMatch(/OK +design\/get-configuration/);
	expect(stdout).toMatch(/OK +design\/public-api/);
	expect(await run(["--once", "--quiet", "-c", file])).toMatchObject({ code: 0, stdout: "", stderr: "" });
});

test("a warning ends with 1", async () => {
	const { url, faults } = await aDss();
	await faults.set({ fault: "slow", ms: 150 });
	const { file } = configured(url, {
		checks: ["- { use: get-configuration, thresholds: { latency: { warning: 100ms, critical: 60s } } }"],
	});
	const { code, stdout } = await run(["--once", "-c", file]);
	expect(code).toBe(1);
	expect(stdout).toMatch(/WARNING +design\/get-configuration +DSS backend slow/);
});

test("a critical one ends with 2, and speaks although it was told to be quiet", async () => {
	const { url, faults } = await aDss();
	await faults.set({ fault: "gateway" });
	const { file } = configured(url);
	const { code, stdout } = await run(["--once", "--quiet", "-c", file]);
	expect(code).toBe(2);
	expect(stdout).toMatch(/CRITICAL +design\/get-configuration +nginx up, DSS backend down/);
});

test("what cannot be known ends with 3", async () => {
	const { file } = configured("http://name.invalid");
	writeFileSync(join(file, "../resolv.conf"), "");
	// The program's own resolver fails: no statement about the target.
	const { code, stdout } = await run(["--once", "-c", file, "--json"], { env: { LOCALDOMAIN: "invalid" } });
	const { level, checks } = JSON.parse(stdout);
	expect(["unknown", "critical"]).toContain(level);
	expect(code).toBe(level === "unknown" ? 3 : 2);
	expect(checks[0].cause.code).toMatch(/^(dns_not_found|prober_resolver)$/);
});

test("--json prints one document with verdicts and values", async () => {
	const { url, faults } = await aDss();
	await faults.set({ fault: "gateway", status: 503 });
	const { file } = configured(url);
	const { code, stdout, stderr } = await run(["--once", "--json", "-c", file]);
	expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
	expect(JSON.parse(stdout)).toMatchObject({
		level: "critical",
		undelivered: 0,
		checks: [{ key: "design/get-configuration", cause: { code: "backend_down" }, values: { status: 503 } }],
	});
});

test("problem and recovery are delivered by the runs that find them, each once", async () => {
	const { url, faults } = await aDss();
	const pager = await aPager();
	const { file } = configured(url, {
		checks: [HASTY],
		channels: [`pager: { type: webhook, url: "http://127.0.0.1:${pager.port}/", secret: "\${HOOK_SECRET}" }`],
		routes: ["- to: [pager]"],
	});
	const once = async () => (await run(["--once", "--quiet", "-c", file])).code;
	expect(await once()).toBe(0);
	await faults.set({ fault: "gateway" });
	expect([await once(), await once()]).toEqual([2, 2]);
	expect(typesOf(pager)).toEqual(["alert.firing"]);
	await faults.clear();
	expect([await once(), await once()]).toEqual([0, 0]);
	expect(typesOf(pager)).toEqual(["alert.firing", "alert.resolved"]);
});

test("three depths that fail at once are one message, about the outermost", async () => {
	const { url, faults } = await aDss();
	const pager = await aPager();
	const { file } = configured(url, {
		checks: [
			"- { use: canary-job, fail_after: 1, with: { project: DKU_MONITORING, output: canary_out } }",
			"- { use: public-api, fail_after: 1 }",
			HASTY,
		],
		channels: [`pager: { type: webhook, url: "http://127.0.0.1:${pager.port}/" }`],
		routes: ["- to: [pager]"],
	});
	await faults.set({ fault: "gateway" });
	expect((await run(["--once", "-c", file])).code).toBe(2);
	const told = pager.requests.map(({ body }) => JSON.parse(body).data);
	expect(told).toHaveLength(1);
	expect(told[0].title).toBe("CRITICAL design/get-configuration: nginx up, DSS backend down or starting");
});

test("what cannot be delivered waits in the store, and the next run delivers it", async () => {
	const { url, faults } = await aDss();
	const port = await closedPort();
	const { file } = configured(url, {
		checks: [HASTY],
		channels: [`pager: { type: webhook, url: "http://127.0.0.1:${port}/" }`],
		routes: ["- to: [pager]"],
	});
	await faults.set({ fault: "gateway" });
	const first = start(["--once", "-c", file]);
	await first.until(/delivery failed/);
	first.process.kill("SIGKILL");
	await first.ended;
	const pager = await httpReceiver(answering(204), port);
	onTestFinished(() => pager.close());
	expect((await run(["--once", "-c", file])).code).toBe(2);
	expect(typesOf(pager)).toEqual(["alert.firing"]);
});

test("a second run at the same time steps aside and says so", async () => {
	const { url, faults } = await aDss();
	await faults.set({ fault: "slow", ms: 2_000 });
	const { file } = configured(url);
	const first = start(["--once", "-c", file]);
	await new Promise((resolve) => setTimeout(resolve, 900));
	const second = await run(["--once", "-c", file]);
	expect(second.code).toBe(0);
	expect(second.stderr).toMatch(/another run works on .*store\.db; this one steps aside/);
	expect(second.stdout).toBe("");
	expect((await first.ended).code).toBe(1);
});
