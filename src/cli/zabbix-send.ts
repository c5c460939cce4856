import { systemClock } from "../clock.ts";
import type { Config } from "../config/alerts.ts";
import { silentLog } from "../log.ts";
import type { InstanceReport } from "../model/report.ts";
import { redactor } from "../model/secret.ts";
import { masterJson } from "../report/master.ts";
import type { SinkFigures } from "../sinks/sink.ts";
import { createSink } from "../sinks/sinks.ts";
import { configFile } from "./config-file.ts";
import { EXIT, UserError } from "./exit.ts";
import type { Io, Verb } from "./io.ts";
import { lookOneself } from "./own-look.ts";
import { reportsFor } from "./reports.ts";
import { requireConfig } from "./source.ts";
import { table } from "./terminal.ts";

export interface ZabbixSendOptions {
	readonly config?: string;
	/** Looks now instead of asking the daemon. */
	readonly once?: boolean;
	/** Which sinks; all of the type zabbix where none is named. */
	readonly sinks: readonly string[];
}

/** Looking may take this long, ms, and sending as well. */
const LOOK_MS = 30_000;
const SEND_MS = 30_000;
/** For a look of one's own: the daemon is not asked before. */
const NOBODY = { asked: "nobody" };

/**
 * `zabbix send`: sends the newest results to Zabbix now, and says what became of them.
 *
 * @returns 0 where Zabbix took all, 1 where it refused some or an instance has nothing to tell, 2 where nothing was sent
 */
export const zabbixSend: Verb<ZabbixSendOptions> = async ({ config: given, once, sinks: wanted }, io) => {
	const file = configFile(given, io.env);
	const config = requireConfig(file, io);
	const names = chosen(config, wanted);
	const { reports, troubles } = await collect(config, { file, isOnce: once === true }, io);
	for (const trouble of troubles) io.terminal.err(trouble);
	if (reports.size === 0) return EXIT.critical;
	const outcomes = await Promise.all(names.map(async (name) => ({ name, ...(await send(name, config, reports)) })));
	const redact = redactor(config.secrets);
	const rows = outcomes.map(({ name, sent, refused, queued, lastError }) => [
		queued > 0
			? { text: "FAILED", style: "bad" as const }
			: refused > 0
				? { text: "PARTLY", style: "warn" as const }
				: { text: "SENT", style: "good" as const },
		{ text: name },
		{ text: String(sent) },
		{ text: String(refused) },
		{ text: queued > 0 ? redact(lastError?.text ?? `no answer within ${SEND_MS / 1_000} s`) : "" },
	]);
	io.terminal.out(table(io.terminal, ["RESULT", "SINK", "PROCESSED", "FAILED", "DETAIL"], rows));
	for (const { name, refusals } of outcomes) {
		for (const { what } of refusals) io.terminal.out(`${name} refuses ${what}`);
	}
	if (outcomes.some(({ queued }) => queued > 0)) return EXIT.critical;
	return troubles.length > 0 || outcomes.some(({ refused }) => refused > 0) ? EXIT.warning : EXIT.ok;
};

function chosen({ sinks }: Config, wanted: readonly string[]): readonly string[] {
	const known = [...sinks.keys()];
	if (known.length === 0)
		throw new UserError("the configuration has no sinks: add one of the type zabbix", EXIT.config);
	const unknown = wanted.filter((name) => !sinks.has(name));
	if (unknown.length > 0) {
		throw new UserError(`unknown sink ${unknown.join(", ")}; the configuration has: ${known.join(", ")}`, EXIT.usage);
	}
	return wanted.length > 0 ? wanted : known;
}

/** What every instance says now, and why some say nothing. */
async function collect(
	config: Config,
	{ file, isOnce }: { readonly file: string; readonly isOnce: boolean },
	io: Io,
): Promise<{ readonly reports: ReadonlyMap<string, InstanceReport>; readonly troubles: readonly string[] }> {
	const endAt = systemClock.monotonic() + LOOK_MS;
	const reports = new Map<string, InstanceReport>();
	const troubles: string[] = [];
	await Promise.all(
		[...config.instances.keys()].map(async (instance) => {
			const question = { instance, config: file, endAt };
			const reported = isOnce ? await lookOneself(question, io, NOBODY) : await reportsFor(question, io);
			if (!reported.ok) troubles.push(`${instance}: ${reported.trouble}`);
			else if (!reported.value.checks.some(({ sampledAt }) => sampledAt > 0))
				troubles.push(`${instance}: nothing was seen yet`);
			else reports.set(instance, reported.value);
		}),
	);
	return { reports, troubles };
}

async function send(name: string, config: Config, reports: ReadonlyMap<string, InstanceReport>): Promise<SinkFigures> {
	const settings = config.sinks.get(name);
	if (!settings) throw new Error(`there is no sink ${name}`);
	const sink = createSink(name, settings, {
		clock: systemClock,
		log: silentLog,
		random: Math.random,
		instances: () => reports.keys(),
		labels: (instance) => reports.get(instance)?.labels ?? {},
		report: (instance) => reports.get(instance),
		master: masterJson,
	});
	for (const { checks } of reports.values()) {
		for (const check of checks) if (check.sampledAt > 0) sink.offer(check);
	}
	await sink.flush(SEND_MS);
	sink.close();
	return sink.figures();
}
