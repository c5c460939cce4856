import { request } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { FaultInput } from "../../src/simulator/fault.ts";
import { ADMIN_KEY, type SimulatedNode, simulatedNode, until } from "../support/simulator.ts";

let node: SimulatedNode;
beforeEach(async () => {
	node = await simulatedNode();
});
afterEach(() => node[Symbol.asyncDispose]());

const set = (fault: FaultInput) => node.simulator.faults.set(fault);
const CONFIGURATION = "/dip/api/get-configuration";

test.each([502, 503, 504] as const)(
	"a gateway answers %i with nginx's page on everything but the plain page",
	async (status) => {
		await set({ fault: "gateway", status });
		expect((await node.call("/")).status).toBe(200);
		for (const path of ["/projects/", CONFIGURATION, "/nothing"]) {
			const reply = await node.call(path);
			expect([path, reply.status, reply.headers["content-type"]]).toEqual([path, status, "text/html"]);
			expect(reply.text).toContain(`<center><h1>${status} `);
			expect(reply.text).toContain("nginx");
			expect(reply.headers["dss-version"]).toBeUndefined();
		}
		await node.simulator.faults.clear();
		expect((await node.call("/projects/")).status).toBe(200);
	},
);

test("a load balancer says 503 and when to come again, on the plain page too", async () => {
	await set({ fault: "unavailable", retry_after: 7 });
	const reply = await node.call("/");
	expect([reply.status, reply.headers["retry-after"]]).toEqual([503, "7"]);
	await set({ fault: "unavailable", retry_after: "Mon, 05 Jan 2026 08:05:00 GMT" });
	expect((await node.call("/projects/")).headers["retry-after"]).toBe("Mon, 05 Jan 2026 08:05:00 GMT");
});

test("a proxy puts its sign-in page where JSON belongs", async () => {
	await set({ fault: "login_page" });
	const reply = await node.call("/projects/");
	expect([reply.status, reply.headers["content-type"]]).toEqual([200, "text/html"]);
	expect(reply.text).toContain("password");
});

test("a redirect leads to another host", async () => {
	await set({ fault: "redirect" });
	const reply = await node.call(CONFIGURATION);
	expect([reply.status, reply.headers.location]).toEqual([302, "https://login.example.com/sso?from=dss"]);
	await set({ fault: "redirect", status: 307, location: "http://sso.invalid/" });
	expect((await node.call("/projects/")).headers.location).toBe("http://sso.invalid/");
});

test("slow answers come after their time, and only those that are meant", async () => {
	await set({ fault: "slow", ms: 3_000, path: "/public/api" });
	expect((await node.call(CONFIGURATION)).status).toBe(200);
	let isAnswered = false;
	const pending = node.call("/projects/").then((reply) => {
		isAnswered = true;
		return reply;
	});
	await until(() => node.clock.pending() === 1);
	await node.clock.advance(2_999);
	expect(isAnswered).toBe(false);
	await node.clock.advance(1);
	expect((await pending).status).toBe(200);
});

test("slow adds to another fault", async () => {
	await set({ fault: "slow", ms: 50 });
	await set({ fault: "gateway" });
	const pending = node.call("/projects/");
	await until(() => node.clock.pending() === 1);
	await node.clock.advance(50);
	expect((await pending).status).toBe(502);
});

test("a caller that goes away leaves no timer behind", async () => {
	await set({ fault: "slow", ms: 60_000 });
	const outgoing = request(`${node.url}/`).on("error", () => {});
	outgoing.end();
	await until(() => node.clock.pending() === 1);
	outgoing.destroy();
	await until(() => node.clock.pending() === 0);
});

test("hang takes the request and never answers", async () => {
	await set({ fault: "hang", times: 1 });
	const failed = node.call("/projects/").then(
		() => "answered",
		(cause: NodeJS.ErrnoException) => cause.code ?? cause.message,
	);
	await until(() => node.simulator.faults.list().length === 0);
	await node.clock.advance(3_600_000);
	const next = await node.call("/projects/");
	expect(next.status).toBe(200);
	await node.simulator.close();
	expect(await failed).toBe("ECONNRESET");
});

test("reset cuts the connection without an answer", async () => {
	await set({ fault: "reset", times: 1 });
	await expect(node.call("/projects/")).rejects.toMatchObject({ code: "ECONNRESET" });
	expect((await node.call("/projects/")).status).toBe(200);
});

test("truncated JSON comes as a whole reply that does not parse", async () => {
	const whole = await node.call("/projects/");
	await set({ fault: "truncated_json" });
	const half = await node.call("/projects/");
	expect(half.status).toBe(200);
	expect(whole.text.startsWith(half.text)).toBe(true);
	expect(Number(half.headers["content-length"])).toBe(Buffer.byteLength(half.text));
	expect(() => half.json).toThrow(SyntaxError);
	expect((await node.call("/")).text).toContain("</html>");
});

test("truncated JSON comes as a reply that breaks off", async () => {
	await set({ fault: "truncated_json", cut: "connection" });
	await expect(node.call("/projects/")).rejects.toMatchObject({ code: "ECONNRESET" });
});

test("one byte a second", async () => {
	await set({ fault: "trickle", path: CONFIGURATION });
	let received = 0;
	const outgoing = request(`${node.url}${CONFIGURATION}`, (incoming) => {
		incoming.on("data", (chunk: Buffer) => {
			received += chunk.length;
		});
		incoming.on("error", () => {});
	});
	outgoing.on("error", () => {}).end();
	for (let bytes = 1; bytes <= 4; bytes++) {
		await until(() => received === bytes && node.clock.pending() === 1);
		await node.clock.advance(1_000);
	}
	outgoing.destroy();
	await until(() => node.clock.pending() === 0);
});

test("a trickle at a thousand bytes a second ends with the whole answer", async () => {
	await set({ fault: "trickle", bytes_per_second: 1_000 });
	let isDone = false;
	const pending = node.call(CONFIGURATION).finally(() => {
		isDone = true;
	});
	while (!isDone) await node.clock.advance(10);
	expect((await pending).json.nodeType).toBe("DESIGN");
});

test("a huge body has exactly the size that it announces", async () => {
	await set({ fault: "huge_body", bytes: 3_000_000 });
	const reply = await node.call("/projects/");
	expect([reply.status, reply.headers["content-length"], reply.text.length]).toEqual([200, "3000000", 3_000_000]);
	expect(Object.keys(reply.json)).toEqual(["padding"]);
});

test("half a gigabyte is announced and made only as far as it is read", async () => {
	await set({ fault: "huge_body" });
	const before = process.memoryUsage().rss;
	const { promise, resolve } = Promise.withResolvers<number>();
	const outgoing = request(`${node.url}/`, (incoming) => {
		incoming.on("error", () => {});
		let received = 0;
		incoming.on("data", (chunk: Buffer) => {
			received += chunk.length;
			if (received < 5_000_000) return;
			outgoing.destroy();
			resolve(Number(incoming.headers["content-length"]));
		});
	});
	outgoing.on("error", () => {}).end();
	expect(await promise).toBe(500_000_000);
	expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
});

test("what the control API shows is not subject to faults", async () => {
	for (const fault of [
		"gateway",
		"hang",
		"reset",
		"login_page",
		"redirect",
		"unavailable",
		"huge_body",
		"truncated_json",
	] as const) {
		await set({ fault });
	}
	await set({ fault: "slow", ms: 1_000_000 });
	const reply = await node.call("/_simulator/faults", { key: null });
	expect([reply.status, reply.json.faults.length]).toEqual([200, 9]);
});

test("requests are counted by route, unanswered ones too", async () => {
	await set({ fault: "reset", times: 1 });
	await node.call("/projects/").catch(() => {});
	await node.call("/projects/");
	await node.call("/projects/DKU_MONITORING/jobs/", { key: ADMIN_KEY });
	await node.call("/nonsense");
	const { requests } = (await node.control("GET", "/state")).json;
	expect(requests).toEqual({
		total: 4,
		byRoute: { "GET /public/api/projects/": 2, "GET /public/api/projects/:key/jobs/": 1, "GET (unknown)": 1 },
	});
});
