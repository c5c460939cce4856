import { describe, expect, test } from "vitest";
import type { Reports } from "../../src/app/reports.ts";
import { createSinks } from "../../src/app/sinks.ts";
import { stuckSinks } from "../../src/app/stuck-sinks.ts";
import type { Log } from "../../src/log.ts";
import type { CheckReport } from "../../src/model/report.ts";
import { type SinkSettings, sinkOptions } from "../../src/sinks/options.ts";
import type { Sink, SinkFigures } from "../../src/sinks/sink.ts";
import { MINUTE, SECOND, T0 } from "../support/builders.ts";
import { virtualClock } from "../support/clock.ts";
import { startTrapper } from "../support/zabbix-trapper.ts";

const REPORT: CheckReport = {
	instance: "design",
	check: "boot",
	about: "It answers.",
	level: "ok",
	summary: "HTTP 200",
	failed: [],
	sampledAt: T0 - SECOND,
	durationMs: 10,
	values: {},
	types: {},
	freshUntil: T0 + MINUTE,
	thresholds: {},
	labels: {},
	parents: [],
};
const NONE = new Map();
const reports: Reports = {
	instances: () => ["design"],
	report: (instance) => ({ instance, url: "https://dss.example", labels: {}, checks: [REPORT] }),
	check: (key) => (key === "design/boot" ? REPORT : undefined),
};

function settingsFor(port: number, given: object = {}): SinkSettings {
	const { tls: _tls, ...settings } = sinkOptions.parse({ type: "zabbix", server: `127.0.0.1:${port}`, ...given });
	return settings;
}

function theSinks() {
	const lines: string[] = [];
	const say = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
	const log: Log = { debug: say, info: say, warn: say, error: say };
	const clock = virtualClock();
	return { clock, lines, sinks: createSinks({ reports, clock, log, random: () => 0 }) };
}

describe("the sinks of a configuration", () => {
	test("get what was seen, and send it when the program stops", async () => {
		const { sinks } = theSinks();
		const zabbix = await startTrapper();
		sinks.use({ instances: NONE, sinks: new Map([["zabbix", settingsFor(zabbix.port)]]) });
		sinks.looked("design/boot");
		await sinks.stop(SECOND);
		expect(zabbix.taken.map(({ host, key }) => `${host} ${key}`)).toEqual(["design dss.get_status"]);
		expect(JSON.parse(zabbix.taken[0]?.value ?? "")).toMatchObject({ instance: "design", checks: [{ name: "boot" }] });
	});

	test("end in time where nobody answers, and say what was lost", async () => {
		const { sinks, clock, lines } = theSinks();
		const zabbix = await startTrapper();
		zabbix.behave("hang");
		sinks.use({ instances: NONE, sinks: new Map([["zabbix", settingsFor(zabbix.port)]]) });
		sinks.looked("design/boot");
		const stopped = sinks.stop(SECOND);
		await clock.advance(SECOND);
		await stopped;
		expect(lines.at(-1)).toBe('values that nobody took in time are lost {"sink":"zabbix","lost":1}');
	});

	test("stay over a reload that does not change them; a secret that differs is a change", async () => {
		const { sinks } = theSinks();
		const psk = (key: string) => ({ psk: { identity: "probe", key: key.repeat(32) } });
		const use = (given: object) => sinks.use({ instances: NONE, sinks: new Map([["zabbix", settingsFor(9, given)]]) });
		use(psk("a"));
		const [first] = sinks.all();
		use(psk("a"));
		expect([...sinks.all()]).toEqual([first]);
		use(psk("b"));
		expect([...sinks.all()][0]).not.toBe(first);
		sinks.use({ instances: NONE, sinks: new Map() });
		expect([...sinks.all()]).toEqual([]);
	});
});

describe("a sink is a trouble of the program", () => {
	const figures = (given: Partial<SinkFigures>): SinkFigures => ({
		queued: 0,
		sent: 0,
		refused: 0,
		lost: 0,
		refusals: [],
		...given,
	});
	const told = (given: Partial<SinkFigures>, afterMs: number) =>
		stuckSinks([{ name: "zabbix", figures: () => figures(given) } as Sink], T0 + afterMs);

	test("when it takes nothing for more than a minute", () => {
		const failing = { failingSince: T0, lastError: { at: T0, text: "connection refused" } };
		expect(told(failing, MINUTE)).toEqual([]);
		expect(told(failing, MINUTE + 1)).toEqual([{ sink: "zabbix", error: "takes no values: connection refused" }]);
	});

	test("when it refuses names for more than three minutes, some of which are said", () => {
		const refusals = ["a", "b", "c", "d", "e"].map((what) => ({ what, since: T0 }));
		expect(told({ refusals }, 3 * MINUTE)).toEqual([]);
		expect(told({ refusals }, 3 * MINUTE + 1)).toEqual([{ sink: "zabbix", error: "refuses a, b, c and 2 more" }]);
	});
});
