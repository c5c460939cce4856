import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readExposition, seriesKey } from "../../src/feed/exposition.ts";
import { answer, type FaultServer, faultServer } from "../support/fault-server.ts";
import { measured } from "../support/feeds.ts";
import { type Found, type Prometheus, promtoolParses, startPrometheus } from "../support/prometheus.ts";
import { finish } from "../support/steps.ts";

/** What is hard to read, and what is hard to select. */
const HARD = `# HELP hard Words with \\\\ and \\n.
# TYPE hard gauge
hard 1
hard{a="x"} 2.5e-3
hard{a="quote \\" backslash \\\\ line \\n end"} -3
hard{a="comma, brace } hash # {"} .5
hard { a = "spaces" , b = "two", } 7
hard{a="é 漢 🙂"} +Inf
hard{a="minus"} -Inf
hard{a="none"} NaN
hard{a="blanks"}	 8
hard{a="blanks at the end"} 9 	
hard{a=""} 99
# a comment
# TYPE d histogram
d_bucket{p="1",le="0.1"} 3
d_bucket{p="1",le="1"} 9
d_bucket{p="1",le="+Inf"} 10
d_bucket{p="2",le="0.1"} 1
d_bucket{p="2",le="1"} 2
d_bucket{p="2",le="+Inf"} 40
d_sum 12
d_count 50
# TYPE s summary
s{quantile="0.5"} 4
s_sum 17
s_count 3
`;

let server: FaultServer;
let prometheus: Prometheus;
beforeAll(async () => {
	server = await faultServer(answer("200 OK", HARD, { "content-type": "text/plain; version=0.0.4" }));
	prometheus = await startPrometheus({ hard: `127.0.0.1:${server.port}` });
});
afterAll(async () => {
	await prometheus?.close();
	await server?.close();
});

/** Series as Prometheus has them, without what it adds; an empty label is none to it. */
function asKeys(found: readonly Found[]): ReadonlyMap<string, number> {
	return new Map(
		found.map(({ metric, value: [, value] }) => {
			const { __name__: name = "", job: _job, instance: _instance, ...labels } = metric;
			return [seriesKey({ name, labels }), Number(value.replace("Inf", "Infinity"))];
		}),
	);
}

function ownKeys(text: string): ReadonlyMap<string, number> {
	const read = finish(readExposition(text, { openMetrics: false, maxSeries: 100_000 }));
	if (!read.ok) throw new Error(`line ${read.line}: ${read.message}`);
	return new Map(
		[...read.byName.values()].flat().map(({ name, labels, value }) => {
			const named = Object.fromEntries(Object.entries(labels).filter(([, label]) => label !== ""));
			return [seriesKey({ name, labels: named }), value];
		}),
	);
}

test("hard lines are read series by series as Prometheus reads them", async () => {
	// The series with the empty label is the one without it: the first that stands there counts.
	const own = ownKeys(HARD.replace('hard{a=""} 99\n', ""));
	expect(own.size).toBeGreaterThan(15);
	expect(own).toEqual(asKeys(await prometheus.query('{job="hard",__name__=~"hard|d_.*|s|s_.*"}')));
});

test("the metrics of Prometheus itself: the same series, and the same values where they stand still", async () => {
	const text = await (await fetch(`${prometheus.url}/metrics`)).text();
	const own = ownKeys(text);
	expect(own.size).toBeGreaterThan(300);
	// Some series appear with the first request of a kind: Prometheus has them with its next scrape of itself.
	let theirs = new Map<string, number>() as ReadonlyMap<string, number>;
	await vi.waitFor(
		async () => {
			theirs = asKeys(await prometheus.query('{job="self"}'));
			expect([...own.keys()].filter((key) => !theirs.has(key))).toEqual([]);
		},
		{ timeout: 10_000, interval: 200 },
	);
	const still =
		/^(?:prometheus_build_info|go_info|prometheus_ready|process_start_time|process_max_fds|prometheus_tsdb_ret)/;
	const constant = [...own].filter(([key]) => still.test(key));
	expect(constant.length).toBeGreaterThan(4);
	expect(constant).toEqual(constant.map(([key]) => [key, theirs.get(key)]));
});

describe("what a series selects and computes is what PromQL says", () => {
	const first = async (expression: string) => Number((await prometheus.query(expression))[0]?.value[1]);

	test.each<[object, string]>([
		[{ metric: "d_bucket", where: { le: "1" } }, 'sum(d_bucket{le="1"})'],
		[{ metric: "d_bucket", where: { le: { not: "+Inf" }, p: ["1", "2"] } }, 'sum(d_bucket{le!="+Inf",p=~"1|2"})'],
		[{ metric: "d_bucket", where: { le: { matches: "0.*" } } }, 'sum(d_bucket{le=~"0.*"})'],
		[{ metric: "d_bucket", where: { le: { not_matches: ".*1" } } }, 'sum(d_bucket{le!~".*1"})'],
		[{ metric: "hard", where: { a: { matches: "line|.*line.*" } } }, 'sum(hard{a=~"(?s:line|.*line.*)"})'],
		[{ metric: "hard", where: { a: { matches: "(?i)SPACES" } } }, 'sum(hard{a=~"(?i)SPACES"})'],
		[{ metric: "hard", where: { a: "" } }, 'sum(hard{a=""})'],
		[{ metric: "hard", where: { b: { not: "" } }, aggregate: "count" }, 'count(hard{b!=""})'],
		[{ metric: "d_bucket", aggregate: "max" }, "max(d_bucket)"],
		[{ metric: "d_bucket", aggregate: "min" }, "min(d_bucket)"],
		[{ metric: "d_bucket", aggregate: "avg" }, "avg(d_bucket)"],
		...[0, 0.01, 0.05, 0.2, 0.22, 0.5, 0.9, 1].map((q): [object, string] => [
			{ metric: "d", quantile: q },
			`histogram_quantile(${q}, sum by (le) (d_bucket))`,
		]),
		[{ metric: "d", quantile: 0.4, where: { p: "1" } }, 'histogram_quantile(0.4, d_bucket{p="1"})'],
	])("%j: %s", async (series, expression) => {
		const { one } = measured({ one: series }, { a: { text: HARD.replace('hard{a=""} 99\n', "") } }).series;
		expect(one?.value).toBeCloseTo(await first(expression), 9);
	});
});

test.each([
	"a 1\n",
	"a{} 1\n",
	'a{b="c",} 1 1395066363000\n',
	'a{b="\\n\\\\\\""} 1\n',
	"a Nan\n",
	"a +inf\n",
	"a 1e400\n",
	"# TYPE a gauges\na 1\n",
	"# TYPE a gauge\n",
	"# HELP\n",
	"a\n",
	"a b\n",
	"a 0x10\n",
	"a 1_000\n",
	"a 1 2 3\n",
	"a 1 1.5\n",
	"1a 1\n",
	'a{b="c" 1\n',
	'a{b="c} 1\n',
	"a{b=c} 1\n",
	'a{,b="1"} 1\n',
	'a{b="1",,} 1\n',
	'{b="1"} 1\n',
	"a 1\r\n",
	"<html></html>\n",
	'a{b="c"}1\n',
	"  a\t 1\n\n \n",
])("%j is a feed to promtool just where it is one here", (text) => {
	expect(finish(readExposition(text, { openMetrics: false, maxSeries: 10 })).ok).toBe(promtoolParses(text));
});
