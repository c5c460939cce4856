import { join } from "node:path";
import { rehearse } from "../../src/app/rehearse.ts";
import { rehearseHistory } from "../../src/app/rehearse-history.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import type { KeptSample } from "../../src/store/store.ts";
import { configOf, timelineOf } from "../support/rehearsal.ts";
import { atMost, type Benchmark } from "./figure.ts";

const INSTANCES = 50;
const CHECKS = 2 * INSTANCES;
const BAR_S = 20;
const DAY_MS = 86_400_000;

const names = Array.from({ length: INSTANCES }, (_, index) => `dss${index}`);
const config = configOf({
	instances: names.map((name) => `${name}: { url: "https://${name}.example", api_key: "0123456789" }`),
	checks: ["- { use: get-configuration, every: 30s }", "- { use: public-api, every: 30s }"],
	channels: ["pager", "mail"].map((name) => `${name}: { type: webhook, url: "https://${name}.example/" }`),
	routes: [
		"- { match: { severity: critical }, to: [pager], group_by: [instance], repeat_every: 4h, escalate: [{ after: 30m, to: [mail] }] }",
		"- to: [mail]",
	],
	sections: ['maintenance: [{ name: weekly, cron: "0 2 * * SUN", for: 2h }]'],
});

/** How long a month of 100 checks that look every 30 s takes: as a timeline with incidents everywhere, and as history. */
export const rehearsal: Benchmark = async ({ isQuick, folder }) => {
	const days = isQuick ? 3 : 30;
	const events = names.flatMap((name, index) => [
		`at: +${index + 1}h, for: 12m, every: ${2 + (index % 5)}d, instance: ${name}, status: 502`,
		`at: +${index + 5}h, for: 2m, every: 5m, times: 12, check: ${name}/public-api, latency: 9s`,
		`at: +${2 * index + 3}h, for: 6h, every: 9d, check: ${name}/get-configuration, latency: 3s`,
	]);
	const timeline = timelineOf(config, `${days}d`, events);
	const [script, played] = await timed(() => rehearse(config, timeline));

	const store = openSqlite(join(folder, "history.db"));
	const [began, ended] = [timeline.from, timeline.from + (days * DAY_MS) / 10];
	for (let at = began; at < ended; at += 30_000) store.keep(config.checks.map(({ key }) => sampleOf(key, at)));
	const [history] = await timed(() =>
		rehearseHistory(config, began, ended, {
			read: (key, from, to) => store.samplesWithin(key, from, to, 1_000_000),
			silences: [],
		}),
	);
	store.close();

	const seconds = (value: number) => `${value.toFixed(1)} s`;
	const what = (words: string) => `${days} days x ${CHECKS} checks every 30 s ${words}`;
	return [
		atMost(what(`rehearsed over a timeline (${played.messages.length} messages)`), script, BAR_S, seconds),
		{ what: what("rehearsed over the history, from a tenth of it"), value: seconds(history * 10) },
	];
};

async function timed<T>(act: () => Promise<T>): Promise<readonly [number, T]> {
	const start = performance.now();
	const result = await act();
	return [(performance.now() - start) / 1_000, result];
}

/** Every 1,000th or so is bad. */
function sampleOf(key: string, at: number): KeptSample {
	const isBad = Math.floor(at / 30_000) % 1_000 < 5 && key.endsWith("configuration");
	const values = { status: isBad ? 502 : 200, latency: 0.05, dns: 0, connect: 0, tls: 0, first_byte: 0.05, size: 900 };
	return { key, level: isBad ? "critical" : "ok", sample: { startedAt: at, durationMs: 50, values } };
}
