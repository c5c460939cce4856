import type { Clock } from "../clock.ts";
import type { Instance } from "../dss/instance.ts";
import type { Exchange } from "../dss/reply.ts";
import { apiFault, readJson } from "../dss/reply-fault.ts";
import { aheadOf } from "../dss/server-clock.ts";
import { request } from "../dss/transport.ts";
import { formatDuration } from "../model/duration.ts";
import { critical, type Examination, type Finding, ok, warning } from "./examination.ts";
import type { Dated } from "./patient.ts";
import { faultFinding } from "./way.ts";

const PATH = "/dip/api/get-configuration";
const ELSEWHERE = "Give the address of the web UI, with its port, and with the path below which DSS is served, if any.";
const TIMEOUT_MS = 10_000;
/** Slower than this is felt by everybody who opens a page, s. */
const SLOW_S = 2;

/** The endpoint that boots the web UI: whether the backend lives, and what the server's clock shows. */
export const bootExamination = (instance: Instance, clock: Clock, dates: Dated[]): Examination => ({
	name: "backend",
	isVital: true,
	async examine(signal) {
		const url = `${instance.url}${PATH}`;
		const exchange = await request({
			url,
			method: "GET",
			headers: { accept: "application/json" },
			tls: instance.tls,
			signal,
			clock,
			timeouts: { totalMs: TIMEOUT_MS },
			connection: "fresh",
		});
		const { headers, timings } = exchange.ok ? exchange.reply : exchange.progress;
		const aheadMs = aheadOf(headers, clock.now() - timings.transfer * 1_000);
		if (aheadMs !== undefined) dates.push({ instance: instance.name, aheadMs });
		return [judgeBoot(exchange, url)];
	},
});

function judgeBoot(exchange: Exchange, url: string): Finding {
	if (!exchange.ok) return faultFinding(exchange.fault);
	const { reply } = exchange;
	const fault = apiFault(reply, url);
	if (fault?.code === "not_found" || fault?.code === "unsupported")
		return critical(`no DSS is there: ${fault.text}`, ELSEWHERE);
	if (fault) return faultFinding(fault);
	const read = readJson(reply);
	if (!read.ok) return faultFinding(read.fault);
	const { total } = reply.timings;
	const seen = `get-configuration answered in ${formatDuration(total * 1_000)}`;
	if (total <= SLOW_S) return ok(seen);
	return warning(seen, "Look at load, memory and Full GC in run/backend.log of DSS, and compare with running jobs.");
}
