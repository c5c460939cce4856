import { expect, test } from "vitest";
import { Board } from "../../src/simulator/board.ts";
import type { FaultInput } from "../../src/simulator/fault.ts";
import { faultGuide } from "../../src/simulator/fault.ts";
import { virtualClock } from "../support/clock.ts";

const get = (path: string) => ({ path, method: "GET" });

test("a fault acts from set to clear, and one of its name replaces it", async () => {
	const board = new Board(virtualClock());
	const heard: string[] = [];
	board.listen((change) => void heard.push(change));
	await board.set({ fault: "slow", ms: 100 });
	await board.set({ fault: "slow", ms: 200 });
	expect(heard).toEqual(["began", "began"]);
	expect(board.find("slow")?.ms).toBe(200);
	expect(board.list()).toHaveLength(1);
	await board.clear("slow");
	expect([board.find("slow"), board.list()]).toEqual([undefined, []]);
	await board.clear("slow");
});

test("clear without a name ends everything", async () => {
	const board = new Board(virtualClock());
	for (const fault of ["hang", "reset", "job_stuck"]) await board.set({ fault });
	await board.clear();
	expect(board.list()).toEqual([]);
});

test("a fault ends by itself after its time, and says when it ended", async () => {
	const clock = virtualClock();
	const board = new Board(clock);
	const heard: [string, number][] = [];
	board.listen((change, { fault }, at) => void heard.push([`${fault} ${change}`, at]));
	const start = clock.now();
	await board.set({ fault: "hang", for_ms: 1_000 });
	await clock.advance(999);
	expect(board.find("hang")).toBeDefined();
	await clock.advance(5_000);
	expect(board.find("hang")).toBeUndefined();
	expect(heard).toEqual([
		["hang began", start],
		["hang ended", start + 1_000],
	]);
});

test("a fault ends after it acted so many times, looking at it does not count", async () => {
	const board = new Board(virtualClock());
	await board.set({ fault: "gateway", times: 2 });
	board.find("gateway");
	expect(board.take("gateway", get("/x"))?.status).toBe(502);
	expect(board.list()[0]?.left).toBe(1);
	expect(board.take("gateway", get("/x"))).toBeDefined();
	expect(board.take("gateway", get("/x"))).toBeUndefined();
});

test.each([
	[{ path: "/public/api" }, get("/public/api/projects/"), true],
	[{ path: "/dip/publicapi/projects" }, get("/public/api/projects/"), true],
	[{ path: "/public/api/admin" }, get("/public/api/projects/"), false],
	[{ path: "/dip/api" }, get("/dip/api/get-configuration"), true],
	[{ method: "POST" }, get("/public/api/projects/"), false],
	[{ method: "GET", path: "/" }, get("/anything"), true],
	[{}, get("/"), true],
])("a fault bound to %j concerns %j: %s", async (scope, target, isMeant) => {
	const board = new Board(virtualClock());
	await board.set({ fault: "reset", times: 1, ...scope });
	expect(board.take("reset", target) !== undefined).toBe(isMeant);
	expect(board.list()).toHaveLength(isMeant ? 0 : 1);
});

test.each([
	[{ fault: "gatway" }, 'There is no fault "gatway". Known: refuse, reset'],
	[{}, "Name a fault: refuse"],
	[null, "Name a fault"],
	["slow", "Name a fault"],
	[{ fault: "slow" }, 'Fault "slow": ms: '],
	[{ fault: "slow", ms: "100" }, 'Fault "slow": ms: '],
	[{ fault: "slow", ms: 1, pth: "/x" }, 'Unrecognized key: "pth"'],
	[{ fault: "job_fails", path: "/x" }, 'Unrecognized key: "path"'],
	[{ fault: "gateway", status: 500 }, 'Fault "gateway": status: '],
	[{ fault: "reset", path: "x" }, "path: does not start with /"],
	[{ fault: "hang", for_ms: 0 }, 'Fault "hang": for_ms: '],
	[{ fault: "refuse", times: 2 }, 'Unrecognized key: "times"'],
	[{ fault: "restart", version: "next" }, "is not a version"],
])("%j is refused with a clear message", async (input, message) => {
	const board = new Board(virtualClock());
	await expect(board.set(input)).rejects.toThrow(message);
	expect(board.list()).toEqual([]);
});

test("a wrong description leaves the fault of that name as it is", async () => {
	const board = new Board(virtualClock());
	await board.set({ fault: "slow", ms: 5 });
	await expect(board.set({ fault: "slow", ms: -1 })).rejects.toThrow();
	expect(board.find("slow")?.ms).toBe(5);
});

test("every fault has a sentence and works with as little as it needs", async () => {
	const board = new Board(virtualClock());
	const needed: Readonly<Record<string, object>> = {
		slow: { ms: 1 },
		slow_footprint: { ms: 1 },
		scenario_outcome: { outcome: "FAILED" },
	};
	for (const { fault, about } of faultGuide) {
		expect([fault, about.length > 10]).toEqual([fault, true]);
		await board.set({ fault, ...needed[fault] } as FaultInput);
	}
	// A restart of no length is over at once.
	expect(board.list()).toHaveLength(faultGuide.length - 1);
});
