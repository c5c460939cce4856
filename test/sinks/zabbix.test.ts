import { describe, expect, onTestFinished, test } from "vitest";
import type { Log } from "../../src/log.ts";
import type { CheckReport } from "../../src/model/report.ts";
import { reportedCause } from "../../src/model/reported-cause.ts";
import { sinkOptions } from "../../src/sinks/options.ts";
import { createSink } from "../../src/sinks/sinks.ts";
import { SECOND, T0 } from "../support/builders.ts";
import { virtualClock } from "../support/clock.ts";
import { startTrapper, type Trapper } from "../support/zabbix-trapper.ts";

/** What a check of an instance says, measured at a moment. */
function aReport(instance: string, check: string, given: Partial<CheckReport> = {}): CheckReport {
	return {
		instance,
		check,
		about: "The backend answers.",
		level: "ok",
		summary: "HTTP 200",
		failed: [],
		sampledAt: T0,
		durationMs: 12,
		values: { status: 200, latency: 0.012, json_ok: true, dss_version: "14.0.0" },
		types: {},
		freshUntil: T0 + 70 * SECOND,
		thresholds: {},
		labels: {},
		parents: [],
		...given,
	};
}

async function aSink(given: Readonly<Record<string, unknown>> = {}, trapper?: Trapper) {
	const server = trapper ?? (await startTrapper());
	const clock = virtualClock();
	const reports = new Map<string, CheckReport>();
	const lines: { readonly message: string; readonly fields: object }[] = [];
	const say = (fields: object, message: string) => void lines.push({ message, fields });
	const log: Log = { debug: say, info: say, warn: say, error: say };
	const labels = { role: "design" };
	const options = sinkOptions.parse({ type: "zabbix", server: `127.0.0.1:${server.port}`, ...given });
	const { tls: _tls, ...settings } = options;
	const sink = createSink("zabbix", settings, {
		clock,
		log,
		random: () => 0.5,
		instances: () => new Set([...reports.values()].map(({ instance }) => instance)),
		labels: () => labels,
		report: (instance) => ({
			instance,
			url: "https://dss.example",
			labels,
			checks: [...reports.values()].filter((report) => report.instance === instance),
		}),
		master: ({ checks }, now) => JSON.stringify({ checks: checks.length, now }),
	});
	onTestFinished(() => sink.close());
	return {
		clock,
		sink,
		server,
		lines,
		offer(report: CheckReport) {
			reports.set(`${report.instance}/${report.check}`, report);
			sink.offer(report);
		},
		/** Flushes while time passes, as far as the search for refused items needs it. */
		async flushed() {
			const done = sink.flush(30 * SECOND);
			for (let isDone = false; !isDone; ) {
				isDone = await Promise.race([
					done.then(() => true),
					new Promise<boolean>((next) => setImmediate(() => next(false))),
				]);
				if (!isDone) await clock.advance(5);
			}
		},
	};
}

describe("the sink zabbix", () => {
	test("sends one value for each instance, however many of its checks were looked at, at the end of the newest look", async () => {
		const { offer, flushed, server } = await aSink();
		offer(aReport("design", "boot", { sampledAt: T0 - 3_000 }));
		offer(aReport("design", "api", { sampledAt: T0 - 2_000, durationMs: 500.25 }));
		offer(aReport("deployer", "boot", { sampledAt: T0 - 1_000 }));
		await flushed();
		const at = T0 - 1_499.75;
		expect(server.taken).toEqual([
			{
				host: "design",
				key: "dss.get_status",
				value: JSON.stringify({ checks: 2, now: at }),
				clock: Math.floor(at / 1_000),
				ns: 500_250_000,
			},
			expect.objectContaining({ host: "deployer", ns: 12_000_000 }),
		]);
	});

	test("sends every value as an item of its own where that is asked for", async () => {
		const { offer, flushed, server } = await aSink({ values: true });
		const failed = {
			level: "critical",
			cause: { ...reportedCause("backend_down"), text: "down" },
			failed: ["status == 200"],
		} as const;
		offer(aReport("design", "boot", failed));
		await flushed();
		expect(server.taken.map(({ key, value }) => [key, value]).slice(0, -1)).toEqual([
			["dss.check.verdict[boot]", "2"],
			["dss.check.cause[boot]", "backend_down"],
			["dss.check.cause_text[boot]", "down"],
			["dss.check.summary[boot]", "HTTP 200; status == 200"],
			["dss.check.duration[boot]", "0.012"],
			["dss.check.value[boot,status]", "200"],
			["dss.check.value[boot,latency]", "0.012"],
			["dss.check.value[boot,json_ok]", "1"],
			["dss.check.value[boot,dss_version]", "14.0.0"],
		]);
		expect(server.taken[0]).toMatchObject({ host: "design", clock: T0 / 1_000, ns: 0 });
	});

	test("makes the name of the host from the instance and its labels", async () => {
		const { offer, flushed, server } = await aSink({ host: "dss-{role}.{instance}" });
		offer(aReport("d1", "boot"));
		await flushed();
		expect(server.taken[0]?.host).toBe("dss-design.d1");
	});

	test("gathers for its interval, and tells an instance without news once a minute", async () => {
		const { clock, offer, server, sink } = await aSink({ every: "5s" });
		offer(aReport("design", "boot"));
		await clock.advance(4_999);
		await sink.flush(0);
		const count = () => server.taken.length;
		await expect.poll(count).toBe(1);
		await clock.advance(50 * SECOND);
		expect(count()).toBe(1);
		await clock.advance(15 * SECOND);
		await expect.poll(count).toBe(2);
		expect(server.taken[1]?.clock).toBeGreaterThanOrEqual(T0 / 1_000 + 60);
	});

	test("tells what was seen long ago once, and not as something to repeat", async () => {
		const { offer, flushed, server } = await aSink();
		offer(aReport("design", "boot", { sampledAt: T0 - 3_600_000 }));
		await flushed();
		await flushed();
		expect(server.taken.length).toBe(1);
	});

	test("never tells a host twice of the same moment: Zabbix would drop the second", async () => {
		const { offer, flushed, server, clock } = await aSink();
		offer(aReport("design", "boot", { sampledAt: T0 - 100 }));
		await flushed();
		await clock.advance(1_000);
		offer(aReport("design", "slow", { sampledAt: T0 - 5_000, durationMs: 4_000 }));
		await flushed();
		const moments = server.taken.map(({ clock: seconds, ns }) => seconds + ns / 1e9);
		expect(moments[1]).toBeGreaterThan(moments[0] as number);
	});

	test("sends large requests packed, and understands an answer that comes byte by byte", async () => {
		const { offer, flushed, server, sink } = await aSink({ values: true, batch: 10_000 });
		server.behave("byte by byte");
		for (let number = 0; number < 500; number++) offer(aReport("design", `check${number}`));
		await flushed();
		expect(server.requests).toEqual([4_501]);
		expect(server.flags()).toBe(3);
		expect(sink.figures()).toMatchObject({ sent: 4_501, queued: 0, lost: 0 });
	});

	test("makes its values in slices, so that thousands of samples hold nobody up", async () => {
		const { clock, offer, sink, server } = await aSink({ values: true, every: "1s" });
		for (let number = 0; number < 200; number++) offer(aReport("design", `check${number}`));
		const waiting: number[] = [];
		await clock.advance(1_000);
		for (let step = 0; step < 6; step++) {
			const { queued, sent } = sink.figures();
			waiting.push(queued + sent);
			await clock.advance(1);
		}
		expect(waiting).toEqual([450, 900, 1_350, 1_800, 1_801, 1_801]);
		await sink.flush(10_000);
		expect(server.taken.length).toBe(1_801);
	});

	test("goes on to the next node of a cluster, and stays there", async () => {
		const [dead, alive] = [await startTrapper(), await startTrapper()];
		await dead.stop();
		const { offer, flushed, sink } = await aSink({ server: [`127.0.0.1:${dead.port}`, `127.0.0.1:${alive.port}`] });
		offer(aReport("design", "boot"));
		await flushed();
		expect(alive.taken.length).toBe(1);
		await alive.stop();
		await dead.restart();
		offer(aReport("design", "boot", { sampledAt: T0 + 1 }));
		await flushed();
		expect(dead.taken.length).toBe(1);
		expect(sink.figures().lastError).toBeUndefined();
	});

	test.each([
		["close", "the connection was closed without an answer"],
		["hang", "no answer within 0.2 s"],
		[{ says: Buffer.from("HTTP/1.1 400 Bad Request\r\n") }, "the answer is not in Zabbix's protocol"],
		[{ says: Buffer.from("ZBXD\x01\x50\0\0\0\0\0\0\0{", "latin1") }, "the answer is cut off"],
	] as const)("keeps what it has where the server does this: %j", async (how, words) => {
		const { offer, flushed, server, sink } = await aSink({ timeout: "200ms" });
		server.behave(how);
		offer(aReport("design", "boot"));
		await flushed();
		expect(sink.figures()).toMatchObject({ queued: 1, sent: 0, failingSince: expect.any(Number) });
		expect(sink.figures().lastError?.text).toBe(`127.0.0.1:${server.port}: ${words}`);
		server.behave("answer");
		await flushed();
		expect(server.taken.length).toBe(1);
		expect(sink.figures()).toMatchObject({ queued: 0, sent: 1 });
	});

	test("names the items that are refused, once, and says when they are taken again", async () => {
		const { offer, flushed, server, sink, lines, clock } = await aSink({ values: true });
		server.know(({ key }) => key !== "dss.check.value[boot,latency]");
		offer(aReport("design", "boot"));
		await flushed();
		const what = "dss.check.value[boot,latency] of host design";
		expect(sink.figures().refusals.map((one) => one.what)).toEqual([what]);
		expect(sink.figures()).toMatchObject({ refused: 1, sent: 9, queued: 0 });
		offer(aReport("design", "boot", { sampledAt: T0 + 10_000 }));
		await flushed();
		const told = lines.filter(({ message }) => message.startsWith("Zabbix refuses"));
		expect(told.map(({ fields }) => fields)).toEqual([{ sink: "zabbix", refused: [what] }]);
		server.know(() => true);
		await clock.advance(20 * SECOND);
		offer(aReport("design", "boot", { sampledAt: T0 + 20_000 }));
		await flushed();
		expect(sink.figures().refusals).toEqual([]);
		expect(lines.at(-1)).toMatchObject({ message: "Zabbix takes again what it refused", fields: { taken: [what] } });
	});

	test("says nothing of an item that Zabbix knows a moment later, and sends its value again", async () => {
		const { offer, sink, server, lines, clock } = await aSink();
		server.know(() => false);
		offer(aReport("design", "boot"));
		const done = sink.flush(30 * SECOND);
		await expect.poll(() => server.requests.length).toBe(1);
		server.know(() => true);
		for (let step = 0; step < 700; step++) await clock.advance(5);
		await done;
		expect(server.taken.length).toBe(1);
		expect(sink.figures().refusals).toEqual([]);
		expect(lines).toEqual([]);
	});

	test("keeps within its bounds while nobody listens, and takes no time from who offers", async () => {
		const { offer, flushed, server, sink, clock } = await aSink({ values: true, queue: 100 });
		await server.stop();
		for (let number = 0; number < 1_000; number++) offer(aReport("design", "boot", { sampledAt: T0 + number }));
		await clock.advance(5_000);
		await flushed();
		expect(sink.figures()).toMatchObject({ queued: 100, lost: 8_901 });
		await server.restart();
		await flushed();
		// The newest are those that are left, in order.
		expect(server.taken.length).toBe(100);
		const moments = server.taken.filter(({ key }) => key !== "dss.get_status").map(({ ns }) => ns);
		expect(moments).toEqual(moments.toSorted((a, b) => a - b));
	});
});

describe("its options", () => {
	const parse = (given: object) => sinkOptions.safeParse({ type: "zabbix", server: "zabbix", ...given });

	test.each([
		["zabbix.example.com", { host: "zabbix.example.com", port: 10_051 }],
		["10.0.0.1:20051", { host: "10.0.0.1", port: 20_051 }],
		["[::1]:20051", { host: "::1", port: 20_051 }],
		["[::1]", { host: "::1", port: 10_051 }],
	])("read the address %s", (server, address) => {
		expect(parse({ server }).data?.server).toEqual([address]);
	});

	test.each([
		{ server: "zabbix:0" },
		{ server: "zabbix:65536" },
		{ server: "https://zabbix" },
		{ server: [] },
		{ host: "" },
		{ every: "50ms" },
		{ batch: 0 },
		{ source_ip: "here" },
		{ psk: { identity: "probe", key: "abc" } },
		{ psk: { identity: "probe", key: `${"ab".repeat(16)}a` } },
	])("refuse %j", (given) => {
		expect(parse(given).success).toBe(false);
	});
});
