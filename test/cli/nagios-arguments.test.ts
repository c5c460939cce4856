import { describe, expect, test } from "vitest";
import { readNagiosArguments, USAGE } from "../../src/cli/nagios-arguments.ts";

const read = (line: string) => readNagiosArguments(line.split(" ").filter((word) => word !== ""));
const below = (end: number) => ({ start: 0, end, alertsInside: false });

test("an instance and a check are enough", () => {
	expect(read("design get-configuration")).toEqual({
		instance: "design",
		check: "get-configuration",
		timeoutMs: 10_000,
		verbosity: 0,
		ranges: {},
		isConfirmed: false,
		wantsVersion: false,
	});
	expect(read("design")).not.toHaveProperty("check");
});

test.each([
	"-t 5 -w 2 -c 8 design x",
	"design x -t5 -w2 -c8",
	"--timeout=5 design --warning=2 x --critical 8",
	"-w2 -c8 -t 5s -- design x",
])("options stand where and as they like: %s", (line) =>
	expect(read(line)).toMatchObject({
		instance: "design",
		check: "x",
		timeoutMs: 5_000,
		ranges: { latency: { warning: below(2), critical: below(8) } },
	}),
);

test("a range without a name is about latency, others name their value; several are possible", () => {
	const { ranges, problem } = read("-w latency=2,size=10: -c @1:2 -c status=~:399 design x");
	expect(problem).toBeUndefined();
	expect(ranges).toEqual({
		latency: { warning: below(2), critical: { start: 1, end: 2, alertsInside: true } },
		size: { warning: { start: 10, end: Number.POSITIVE_INFINITY, alertsInside: false } },
		status: { critical: { start: Number.NEGATIVE_INFINITY, end: 399, alertsInside: false } },
	});
});

test.each([
	["-v design", 1],
	["-vv design", 2],
	["-v -vv design", 3],
	["-vvvvv design --verbose", 3],
])("%s is verbosity %d", (line, verbosity) => expect(read(line).verbosity).toBe(verbosity));

test("-c is the critical range, as in every plugin, and never the configuration", () => {
	expect(read("-c /etc/dss-probe/alerts.yaml design x").problem).toMatch(/^\/etc\/dss-probe\/alerts.yaml is no range/);
	expect(read("--config a.yaml --socket /s design x")).toMatchObject({ config: "a.yaml", socket: "/s" });
});

describe("a mistake is said", () => {
	test.each([
		["", USAGE],
		["design x y", "unexpected argument y"],
		["--nope design", "unknown option --nope"],
		["-x design", "unknown option -x"],
		["--confirmed=yes design", "unknown option --confirmed=yes"],
		["design x -w", "-w needs a value"],
		["design x -w 20:10", "20:10 is no range"],
		["design x -w =3", "=3 is no range"],
		["design x -c latency=2s", "latency=2s is no range"],
		["-t 0 design", "-t 0 is no time"],
		["-t soon design", "-t soon is no time"],
		["-w 2 design", "-w and -c need a CHECK"],
	])("%j: %s", (line, problem) => expect(read(line).problem).toContain(problem));
});
