import type { Clock } from "../../src/clock.ts";
import type { Answer, DssClient, TextAnswer } from "../../src/dss/client.ts";
import type { Reply, Timings } from "../../src/dss/reply.ts";
import { apiFault, readJson } from "../../src/dss/reply-fault.ts";
import type { FakeDss } from "./fake-dss.ts";

export interface FakeClientOptions {
	readonly clock: Clock;
	readonly signal: AbortSignal;
	readonly timeoutMs: number;
	/** How long the way there and back take each. */
	readonly wayMs?: number;
	/** Called before the call reaches DSS, and again before its answer arrives; one that never ends is a crash. */
	readonly step?: () => Promise<void>;
}

const TIMINGS: Timings = { dns: 0, connect: 0, tls: 0, firstByte: 0.001, transfer: 0, total: 0.001 };

/** A client of a fake DSS without sockets, so that its time is the given clock's. What it makes of answers is the real thing. */
export function fakeDssClient(fake: Pick<FakeDss, "handle">, options: FakeClientOptions): DssClient {
	const { clock, signal, timeoutMs, wayMs = 5, step = async () => {} } = options;

	async function call(method: string, path: string, body: string): Promise<TextAnswer> {
		const start = clock.monotonic();
		await step();
		await pass(wayMs);
		if (signal.aborted) return lost("backend_hanging", "cut off before the call");
		const answer = fake.handle(method, `/public/api${path}`, body);
		if (answer === "hang") await pass(timeoutMs - (clock.monotonic() - start));
		else await pass(wayMs);
		await step();
		if (answer === "hang" || signal.aborted) return lost("backend_hanging", "no answer in time");
		if (answer === "cut") return lost("connection_reset", "closed by the other side");
		const { status, type, body: text } = answer;
		const headers = { "content-type": type };
		const reply: Reply = { status, headers, body: Buffer.from(text), timings: TIMINGS, dssVersion: "14.3.1" };
		const fault = apiFault(reply, `http://dss${path}`);
		return fault ? { ok: false, fault, status, reply } : { ok: true, text, reply };
	}

	async function callJson(method: string, path: string, body: string): Promise<Answer> {
		const answer = await call(method, path, body);
		if (!answer.ok) return answer;
		const read = readJson(answer.reply);
		return read.ok ? { ok: true, json: read.json, reply: answer.reply } : { ...answer, ok: false, fault: read.fault };
	}

	async function pass(ms: number): Promise<void> {
		await clock.sleep(ms, signal).catch(() => {});
	}

	return {
		get: (path, query = {}) => callJson("GET", `${path}?${new URLSearchParams(query as Record<string, string>)}`, ""),
		getText: (path) => call("GET", path, ""),
		post: (path, body) => callJson("POST", path, body === undefined ? "" : JSON.stringify(body)),
		put: (path, body) => callJson("PUT", path, JSON.stringify(body)),
		delete: (path) => callJson("DELETE", path, ""),
	};
}

function lost(code: "backend_hanging" | "connection_reset", text: string) {
	return { ok: false, fault: { code, text }, progress: { timings: TIMINGS } } as const;
}
