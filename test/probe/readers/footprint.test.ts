import { expect, test } from "vitest";
import { DAY_MS } from "../../../src/model/duration.ts";
import { kinds, probeOptions } from "../../../src/probe/probe.ts";
import { virtualClock } from "../../support/clock.ts";
import { answer, faultServer } from "../../support/fault-server.ts";
import { probeContext } from "../../support/probe-context.ts";

const api = { "content-type": "application/json", "dss-version": "14.3.1" };
const GB = 1e9;
const part = (size: number, more: object = {}) => ({ size, nbFiles: 3, nbFolders: 1, nbErrors: 0, ...more });

/** A node whose scenario logs grow by so many bytes from look to look. */
const footprint = (logs: number) =>
	part(10 * GB + 2 * logs, {
		codeEnvs: part(3 * GB, { items: [part(3 * GB, { name: "py", language: "PYTHON" })] }),
		projects: part(7 * GB + 2 * logs, {
			items: [
				part(4 * GB + logs, { projectKey: "A", scenarios: part(logs), managedDatasets: part(4 * GB) }),
				part(3 * GB + logs, { projectKey: "B", scenarios: part(logs), managedDatasets: part(3 * GB) }),
			],
		}),
	});

async function looks(sizes: readonly object[], given: object = {}) {
	const clock = virtualClock();
	const options = probeOptions.parse({ kind: "dss-footprint", ...given });
	if (options.kind !== "dss-footprint") throw new Error("another kind");
	const context = probeContext("http://unused", { clock });
	const found = [];
	const asked = [];
	for (const result of sizes) {
		await using server = await faultServer(answer("200 OK", JSON.stringify({ hasResult: true, result }), api));
		const instance = { ...context.instance, url: server.url };
		found.push(await kinds["dss-footprint"].measure(options, { ...context, instance }));
		asked.push(server.requests[0]?.split(" ")[1]);
		await clock.advance(DAY_MS);
	}
	return { last: found.at(-1), asked };
}

test("directories are told by size, buckets of the same name added up over all projects", async () => {
	const { last, asked } = await looks([footprint(GB)]);
	expect(asked).toEqual(["/public/api/directories-footprint/all-dss?summaryOnly=False"]);
	expect(last?.values).toMatchObject({ used: 12 * GB, files: 3, unreadable: 0, largest: "projects.managedDatasets" });
	expect(last?.facts?.["sizes"]).toEqual({
		"projects.managedDatasets": 7 * GB,
		codeEnvs: 3 * GB,
		"projects.scenarios": 2 * GB,
	});
	expect(last?.values).not.toHaveProperty("growth");
	expect(last?.seen).toBe("12 GB in 3 files, most in projects.managedDatasets (7 GB)");
});

test("growth by day, the fastest directory and the days until full follow from the looks before", async () => {
	const { last } = await looks(
		[0, 1, 2, 3, 4, 5].map((day) => footprint(day * GB)),
		{ capacity: "60GB" },
	);
	expect(last?.values).toMatchObject({ used: 20 * GB, fastest: "projects.scenarios", largest: "projects.scenarios" });
	expect(last?.values["growth"]).toBeCloseTo(2 * GB, 0);
	expect(last?.values["fastest_growth"]).toBeCloseTo(2 * GB, 0);
	expect(last?.values["days_until_full"]).toBeCloseTo(20, 6);
	expect(last?.seen).toBe(
		"20 GB in 3 files, grows 2 GB a day, most in projects.scenarios (2 GB a day), full in 20 days",
	);
	expect(Object.keys(last?.values ?? {}).filter((name) => !(name in kinds["dss-footprint"].values))).toEqual([]);
});

test("what does not grow is never full, and one project can be looked at alone", async () => {
	const { last, asked } = await looks(
		[1, 1, 1, 1, 1, 1].map((logs) => footprint(logs * GB)),
		{ project: "A B", capacity: "13GB" },
	);
	expect(asked[0]).toBe("/public/api/directories-footprint/projects/A%20B?summaryOnly=False");
	expect(last?.values["growth"]).toBe(0);
	expect(last?.values).not.toHaveProperty("days_until_full");
});

test("a memory that cannot be read is begun again", async () => {
	await using server = await faultServer(
		answer("200 OK", JSON.stringify({ hasResult: true, result: footprint(0) }), api),
	);
	const context = probeContext(server.url);
	context.notes.set("dss-footprint design/check", "{broken");
	const options = { kind: "dss-footprint", of: "all" } as const;
	expect((await kinds["dss-footprint"].measure(options, context)).fault).toBeUndefined();
	expect(JSON.parse(context.notes.get("dss-footprint design/check") ?? "")).toHaveProperty("codeEnvs");
});

test("a reply without a sum of its own is added up, numbers may be missing or text, and one without any size is not known", async () => {
	const { last } = await looks([
		{ unknown: { size: "4000", nbFiles: null }, projects: { size: 3_000, nbErrors: 2, logs: { size: null } } },
	]);
	expect(last?.fault).toBeUndefined();
	expect(last?.values).toMatchObject({ used: 7_000, files: 0, unreadable: 2, largest: "unknown" });
	const { last: empty } = await looks([{ something: 1 }]);
	expect(empty?.fault?.code).toBe("reply_unknown");
});
