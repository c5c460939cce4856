import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answering, type HttpReceiver, httpReceiver } from "../support/http-receiver.ts";
import { configured, mustHoldNoSecret, type Running, run, SECRETS, start } from "../support/program.ts";
import { type Act, type ForeignDss, foreignDss } from "./foreign-dss.ts";

/** The shipped checks as they are, only quicker. */
const CHECKS = [
	"- { use: get-configuration, every: 3s, timeout: 1s, retry_every: 500ms, flapping: false }",
	"- { use: public-api, every: 3s, timeout: 1s, retry_every: 500ms, flapping: false, with: { project: CANARY } }",
	"- { use: canary-job, every: 4s, timeout: 3s, retry_every: 3s, flapping: false, with: { project: CANARY, start_within: 1s, poll_every: 200ms } }",
];
/** Of Debian's package prometheus. */
const PROMTOOL = "promtool";
/** A loaded build machine may be late by this, ms. */
const SLACK_MS = 1_500;
/** So long nothing more must come once a recovery is told, ms. */
const QUIET_MS = 4_000;

interface Told {
	readonly at: number;
	readonly type: string;
	readonly key: string;
	readonly cause: string;
}

const told: Told[] = [];
const bounds = new Map<string, number>();
let dss: ForeignDss;
let pager: HttpReceiver;
let daemon: Running;
let page = "";

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function untilTold(count: number, withinMs: number): Promise<void> {
	const end = performance.now() + withinMs;
	while (told.length < count && performance.now() < end) await rest(20);
}

beforeAll(async () => {
	dss = await foreignDss(SECRETS.DSS_KEY);
	pager = await httpReceiver((response, { body }) => {
		const { type, data } = JSON.parse(body);
		const [alert] = data.alerts;
		mustHoldNoSecret(body);
		told.push({ at: performance.now(), type, key: `${alert.instance}/${alert.check}`, cause: alert.cause.code });
		answering(204)(response, { method: "", path: "", headers: {}, body });
	});
	const { file } = configured(dss.url, {
		checks: CHECKS,
		channels: [`pager: { type: webhook, url: "http://127.0.0.1:${pager.port}/" }`],
		routes: ["- to: [pager]"],
		sections: ['web: { listen: "127.0.0.1:0" }'],
	});
	const { stdout } = await run(["validate", "--json", "-c", file]);
	for (const { key, outageToPageMs } of JSON.parse(stdout).checks) bounds.set(key, outageToPageMs);
	daemon = start(["-c", file]);
	[, page = ""] = await daemon.until(/"url":"([^"]+)"/);
	// Every check has been looked at once.
	await rest(6_000);
});

afterAll(async () => {
	daemon?.process.kill("SIGTERM");
	await daemon?.ended;
	await Promise.all([dss?.close(), pager?.close()]);
});

test.each<[Act, string, string]>([
	["bad gateway", "design/get-configuration", "backend_down"],
	["refused", "design/get-configuration", "connection_refused"],
	["hanging", "design/get-configuration", "backend_hanging"],
	["key revoked", "design/public-api", "key_rejected"],
	["jobs never start", "design/canary-job", "no_free_jek"],
	["jobs never end", "design/canary-job", "job_too_long"],
])(
	"%s: one page about %s that blames %s, in the time that validate promised, and one recovery",
	async (act, key, cause) => {
		expect(told).toEqual([]);
		const bound = bounds.get(key) ?? 0;
		expect(bound).toBeGreaterThan(0);
		const begun = performance.now();
		await dss.play(act);
		await untilTold(1, bound + SLACK_MS);
		expect(told).toMatchObject([{ type: "alert.firing", key, cause }]);
		expect((told[0] as Told).at - begun).toBeLessThanOrEqual(bound + SLACK_MS);
		// As long again, so that a second page would show.
		await rest(Math.min(bound, 6_000));
		expect(told).toHaveLength(1);
		await dss.play("well");
		await untilTold(2, 20_000);
		await rest(QUIET_MS);
		expect(told.map((one) => [one.type, one.key])).toEqual([
			["alert.firing", key],
			["alert.resolved", key],
		]);
		told.length = 0;
	},
);

test("promtool finds nothing to complain about in /metrics", async () => {
	const text = await (await fetch(new URL("/metrics", page))).text();
	expect(text).toContain("# TYPE");
	mustHoldNoSecret(text);
	const found = execFileSync(PROMTOOL, ["check", "metrics"], { input: text, encoding: "utf8" });
	expect(found).toBe("");
});
