import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { StatusReply } from "../../src/web/api.ts";
import { answering, type HttpReceiver, httpReceiver } from "../support/http-receiver.ts";
import { aDss, configured, mustHoldNoSecret, run, SECRETS, start } from "../support/program.ts";

const FAST =
	"- { use: get-configuration, every: 1s, timeout: 900ms, retry_every: 100ms, fail_after: 2, recover_after: 1 }";
const WEB = 'web: { listen: "127.0.0.1:0", token: "${WEB_TOKEN}" }';

async function aPager(answer = answering(204)): Promise<HttpReceiver> {
	const pager = await httpReceiver(answer);
	onTestFinished(async () => {
		for (const { body } of pager.requests) mustHoldNoSecret(body);
		await pager.close();
	});
	return pager;
}

const pagerAt = ({ port }: HttpReceiver) => [
	`pager: { type: webhook, url: "http://127.0.0.1:${port}/", secret: "\${HOOK_SECRET}" }`,
];

/** Waits, in real time, for something that another process does. */
async function until(isTrue: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
	const end = performance.now() + withinMs;
	while (!(await isTrue())) {
		if (performance.now() > end) throw new Error("it did not happen in time");
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}

async function page(url: string, path: string): Promise<string> {
	const answer = await fetch(new URL(path, url), { headers: { authorization: `Bearer ${SECRETS.WEB_TOKEN}` } });
	const text = await answer.text();
	mustHoldNoSecret(text);
	return text;
}

const status = async (url: string) => JSON.parse(await page(url, "/api/v1/status")) as StatusReply;

test("SIGTERM ends the daemon at once, also while a look hangs and a message cannot be delivered", async () => {
	const { url, faults } = await aDss();
	const pager = await aPager(() => {});
	await faults.set({ fault: "gateway" });
	const { file } = configured(url, { checks: [FAST], channels: pagerAt(pager), routes: ["- to: [pager]"] });
	const daemon = start(["-c", file, "--stop-within", "2s"]);
	await until(() => pager.requests.length > 0);
	await faults.set({ fault: "hang" });
	await new Promise((resolve) => setTimeout(resolve, 500));
	const asked = performance.now();
	daemon.process.kill("SIGTERM");
	const { code, stderr } = await daemon.ended;
	expect(code).toBe(0);
	expect(performance.now() - asked).toBeLessThan(3_000);
	expect(stderr).toContain('"stopping"');
	expect(stderr).toContain('"stopped"');
});

test("an idle daemon ends within a moment on SIGINT, too", async () => {
	const { url } = await aDss();
	const { file } = configured(url);
	const daemon = start(["-c", file]);
	await daemon.until(/"watching"/);
	const asked = performance.now();
	daemon.process.kill("SIGINT");
	expect((await daemon.ended).code).toBe(0);
	expect(performance.now() - asked).toBeLessThan(1_000);
});

test("SIGHUP with a broken file goes on with the old one and says so on the page; with a good one it swaps", async () => {
	const { url } = await aDss();
	const { file, write } = configured(url, { checks: [FAST], sections: [WEB] });
	const good = readFileSync(file, "utf8");
	const daemon = start(["-c", file]);
	const [, address = ""] = await daemon.until(/"url":"([^"]+)"/);
	await until(async () => (await status(address)).instances[0]?.checks[0]?.state === "inactive");

	write(good.replace("routes:", "ruotes:"));
	daemon.process.kill("SIGHUP");
	await daemon.until(/the new configuration is wrong; going on with the old one/);
	await new Promise((resolve) => setTimeout(resolve, 1_050));
	const refused = await status(address);
	expect(refused.prober.config_error).toContain('unknown key "ruotes"');
	expect(refused.instances[0]?.checks.map(({ check }) => check)).toEqual(["get-configuration"]);
	expect(await page(address, "/")).toContain("ruotes");

	write(good.replace(FAST, `${FAST}\n  - public-api`));
	daemon.process.kill("SIGHUP");
	await daemon.until(/configuration reloaded/);
	await until(async () => (await status(address)).instances[0]?.checks.length === 2);
	expect((await status(address)).prober.config_error).toBeUndefined();
	for (const path of ["/", "/metrics", "/api/v1/checks/design/public-api", "/healthz"]) await page(address, path);
	daemon.process.kill("SIGTERM");
	expect((await daemon.ended).code).toBe(0);
});

test("a second daemon on the same store, and one whose port is taken, are refused with 69 and a sentence", async () => {
	const { url } = await aDss();
	const taken = createServer();
	await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => void taken.close());
	const { port } = taken.address() as { port: number };
	const { file, store } = configured(url);
	const other = configured(url, { sections: [`web: { listen: "127.0.0.1:${port}" }`] });
	const first = start(["-c", file]);
	await first.until(/"watching"/);

	const [second, third, once] = await Promise.all([
		run(["-c", file]),
		run(["-c", other.file]),
		run(["--once", "-c", file]),
	]);
	expect(second).toMatchObject({ code: 69, stdout: "" });
	expect(second.stderr.trim()).toBe(`dss-probe: another dss-probe works on ${store}`);
	expect(third).toMatchObject({ code: 69, stdout: "" });
	expect(third.stderr).toMatch(
		new RegExp(`^dss-probe: the web page cannot listen on 127\\.0\\.0\\.1:${port}: .*EADDRINUSE`),
	);
	expect(once).toMatchObject({ code: 0, stdout: "" });
	expect(once.stderr).toContain("steps aside");
	first.process.kill("SIGTERM");
	await first.ended;
});

test("a daemon that is killed between decision and delivery delivers after its restart, with the same id", async () => {
	const { url, faults } = await aDss();
	const pager = await aPager(() => {});
	await faults.set({ fault: "gateway" });
	const { file } = configured(url, { checks: [FAST], channels: pagerAt(pager), routes: ["- to: [pager]"] });
	const first = start(["-c", file]);
	// The pager has it and does not answer: the outcome is unknown to the daemon.
	await until(() => pager.requests.length > 0);
	first.process.kill("SIGKILL");
	await first.ended;
	pager.answer = answering(204);
	const second = start(["-c", file]);
	await until(() => pager.requests.length > 1);
	await faults.clear();
	await until(() => pager.requests.length > 2);
	const got = pager.requests.map(({ headers, body }) => [headers["webhook-id"], JSON.parse(body).type]);
	expect(got.map(([, type]) => type)).toEqual(["alert.firing", "alert.firing", "alert.resolved"]);
	expect(got[1]).toEqual(got[0]);
	second.process.kill("SIGTERM");
	await second.ended;
});

test.each(["/dev/null/store.db", "/proc/nowhere/store.db"])(
	"a store that cannot be opened at all, %s, stops nobody from being told",
	async (path) => {
		const { url, faults } = await aDss();
		const pager = await aPager();
		await faults.set({ fault: "gateway" });
		const { file } = configured(url, { checks: [FAST], channels: pagerAt(pager), routes: ["- to: [pager]"] });
		writeFileSync(file, readFileSync(file, "utf8").replace("store: store.db", `store: ${path}`));
		const daemon = start(["-c", file]);
		await until(() => pager.requests.length > 0);
		daemon.process.kill("SIGTERM");
		const { code, stderr } = await daemon.ended;
		expect(code).toBe(0);
		expect(stderr).toContain("going on from memory");
	},
);
