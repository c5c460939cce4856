import type { CheckReport } from "../model/report.ts";
import { MASTER_KEY } from "../model/zabbix-key.ts";
import { hostFor } from "./host-template.ts";
import { createQueue } from "./queue.ts";
import { createSender, type Sent } from "./sender.ts";
import type { Sink, SinkDeps } from "./sink.ts";
import { sendValues } from "./zabbix-line.ts";
import type { Address, TlsSettings, ZabbixSettings } from "./zabbix-options.ts";
import type { TrapperValue } from "./zabbix-protocol.ts";
import { type Asked, createRefused } from "./zabbix-refused.ts";
import { checkValues, type WaitingValue, waiting } from "./zabbix-values.ts";

/** A batch is no larger than this, whatever the number of its values, bytes. */
const MOST_BATCH_BYTES = 4 * 1_048_576;
/** Where nothing new comes, an instance is told again after this, so that Zabbix sees that somebody is there, ms. */
const REPEAT_MS = 60_000;
/** Values are made for so many samples at a time, a few milliseconds of work, with a rest in between, ms. */
const SLICE = 50;
const REST_MS = 1;

/** Builds a sink that hands values to a Zabbix server as zabbix_sender does. Nothing is opened yet. */
export function createZabbix(name: string, options: ZabbixSettings, deps: SinkDeps): Sink {
	const { clock, log } = deps;
	const queue = createQueue<WaitingValue>({ count: options.queue, bytes: options.queue_size });
	const refused = createRefused();
	const stop = new AbortController();
	/** Samples since the values were last gathered; by instance, when the newest look ended. */
	const looks = new Map<string, number>();
	let samples: CheckReport[] = [];
	/** When each instance was told last, by the clock that never jumps, and the moment that its value had. */
	const told = new Map<string, { readonly when: number; readonly at: number }>();
	/** The node of the cluster that took values last is asked first. */
	let server = 0;
	const line = {
		timeoutMs: options.timeout,
		...(options.source_ip !== undefined && { sourceIp: options.source_ip }),
		...(options.tls && { tls: lineTls(options.tls) }),
		...(options.psk && { psk: options.psk }),
	};

	const request = async (values: readonly TrapperValue[]): Promise<Asked> => {
		const errors: string[] = [];
		for (let tries = 0; tries < options.server.length; tries++) {
			const to = options.server[server] as Address;
			const answer = await sendValues(to, values, line, { clock, signal: stop.signal });
			if (answer.ok) return { failed: answer.failed };
			errors.push(`${to.host}:${to.port}: ${answer.why}`);
			server = (server + 1) % options.server.length;
		}
		return { error: errors.join("; ") };
	};

	/** Those that are known to be refused travel apart: whatever is refused of the others is news. */
	const send = async (batch: readonly WaitingValue[]): Promise<Sent> => {
		const [outcasts, others] = [batch.filter(refused.has), batch.filter((value) => !refused.has(value))];
		const first = others.length > 0 ? await request(others) : { failed: 0 };
		if ("error" in first) return { result: "failed", error: first.error };
		if (first.failed > 0) refused.suspect(others, clock.now());
		const second = outcasts.length > 0 ? await request(outcasts) : { failed: 0 };
		// The others are there already; sent twice Zabbix would only drop them.
		if ("error" in second) return { result: "failed", error: second.error };
		if (second.failed < outcasts.length) welcome(outcasts, second.failed);
		await examine();
		return { result: "taken", refused: first.failed + second.failed };
	};

	const welcome = (values: readonly TrapperValue[], failed: number): void => {
		const names = refused.accept(values);
		if (failed > 0) refused.suspect(values, clock.now());
		else log.info({ sink: name, taken: names }, "Zabbix takes again what it refused");
	};

	const examine = async (): Promise<void> => {
		const due = refused.dueAt();
		if (due === undefined || due > clock.now()) return;
		const examined = await refused.examine(request, clock.now());
		if (!("found" in examined) || examined.found.length === 0) return;
		log.warn(
			{ sink: name, refused: examined.found },
			"Zabbix refuses these: no such host or item, not of the type Zabbix trapper, disabled, behind a proxy, or its allowed hosts leave us out",
		);
	};

	const sender = createSender({
		name,
		queue,
		batch: { count: options.batch, bytes: MOST_BATCH_BYTES },
		send,
		clock,
		log,
		random: deps.random,
	});

	/** Makes values of what was seen since the last time. Pauses after each piece of work: thousands of them would hold up the probes. */
	function* gather(): Generator<void> {
		const now = clock.now();
		const [taken, seen] = [samples, new Map(looks)];
		samples = [];
		looks.clear();
		for (const report of taken) {
			const host = hostFor(options.host, report.instance, deps.labels(report.instance));
			for (const value of checkValues(host, report)) queue.push(waiting(value));
			yield;
		}
		for (const instance of deps.instances()) {
			const endedAt = seen.get(instance);
			const before = told.get(instance);
			if (endedAt === undefined && before && clock.monotonic() - before.when < REPEAT_MS) continue;
			const report = deps.report(instance);
			if (!report?.checks.some(({ sampledAt }) => sampledAt > 0)) continue;
			const at = moment(Math.min(endedAt ?? now, now), before?.at, now);
			told.set(instance, { when: clock.monotonic(), at });
			const host = hostFor(options.host, instance, report.labels);
			queue.push(waiting({ host, key: MASTER_KEY, value: deps.master(report, at), at }));
			yield;
		}
	}

	/** The gathering under way, so that a flush can end it. */
	let gathering: Generator<void> = gather();
	const tick = (): void => {
		gathering = gather();
		slice();
	};
	const slice = (): void => {
		for (let done = 0; done < SLICE; done++) {
			if (!gathering.next().done) continue;
			sender.wake();
			timer = clock.after(options.every, tick, { background: true });
			return;
		}
		timer = clock.after(REST_MS, slice, { background: true });
	};
	let timer = clock.after(options.every, tick, { background: true });

	return {
		name,
		type: "zabbix",
		offer(report) {
			const { instance, sampledAt, durationMs = 0 } = report;
			looks.set(instance, Math.max(looks.get(instance) ?? 0, sampledAt + durationMs));
			if (options.values) samples.push(report);
		},
		async flush(withinMs) {
			const end = clock.monotonic() + withinMs;
			// Both to their end: what an interrupted gathering holds, and what came since.
			for (const _ of gathering);
			for (const _ of gather());
			await sender.flush(withinMs);
			const due = refused.dueAt();
			const waitMs = due === undefined ? 0 : Math.max(0, due - clock.now());
			if (due === undefined || clock.monotonic() + waitMs >= end || sender.figures().failingSince !== undefined) return;
			await clock.sleep(waitMs);
			await examine();
		},
		figures: () => ({ ...sender.figures(), refusals: refused.list() }),
		close() {
			timer.cancel();
			stop.abort();
			sender.close();
		},
	};
}

function lineTls({ ca, verify, cert, key, server_name }: TlsSettings) {
	return {
		verify,
		...(ca !== undefined && { ca }),
		...(cert !== undefined && { cert }),
		...(key !== undefined && { key }),
		...(server_name !== undefined && { serverName: server_name }),
	};
}

/** Another moment than the one before, of which Zabbix would drop a second value: now, or a microsecond later. */
function moment(at: number, before: number | undefined, now: number): number {
	if (before === undefined || at > before || now < before) return at;
	return now > before ? now : before + 0.001;
}
