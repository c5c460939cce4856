import { systemClock } from "../clock.ts";
import { asOfNow, type CheckReport } from "../model/report.ts";
import {
	confirmed,
	nagiosCheck,
	nagiosInstance,
	nagiosTrouble,
	type PluginAnswer,
	type Telling,
} from "../report/nagios.ts";
import { DURATION } from "../report/perfdata.ts";
import { EXIT } from "./exit.ts";
import type { Asker, Io } from "./io.ts";
import { type NagiosAsked, readNagiosArguments } from "./nagios-arguments.ts";
import { reportsFor } from "./reports.ts";

/**
 * `nagios INSTANCE [CHECK]`: a plugin for Nagios, Icinga, Naemon and Sensu, by the guidelines of the Monitoring Plugins. Always a
 * line on stdout and nothing on stderr; ends with 0 to 3, and with 3 (UNKNOWN) for whatever says nothing about DSS: a wrong
 * command line or configuration, and no answer before the deadline.
 */
export async function nagios(args: readonly string[], io: Asker, say: (text: string) => void): Promise<number> {
	let code: number | undefined;
	const answer = (said: PluginAnswer): number => {
		if (code === undefined) say(said.text);
		code ??= said.code;
		return code;
	};
	const asked = readNagiosArguments(args);
	if (asked.problem !== undefined) return answer(nagiosTrouble(asked.problem));
	if (asked.definitions !== undefined) return await definitions(asked.definitions, asked, answer);
	// Whatever hangs, an answer is out in time: counted from the start of the process, as whoever started it counts.
	const late = systemClock.after(asked.timeoutMs - systemClock.monotonic(), () => {
		io.exit(answer(nagiosTrouble(`dss-probe had no answer within ${asked.timeoutMs / 1_000} s (-t)`)));
	});
	const failed = (error: unknown): number =>
		answer(nagiosTrouble(`dss-probe: ${error instanceof Error ? error.message : String(error)}`));
	io.onCrash?.(failed);
	try {
		answer(asked.wantsVersion ? await version() : await look(asked, io));
	} catch (error) {
		failed(error);
	}
	late.cancel();
	// What is still under way, such as a question to a daemon that hangs, is of no interest any more.
	return io.exit(code ?? EXIT.unknown);
}

/** Asks the daemon, or looks itself, and judges what came back as it was asked to. */
async function look(asked: NagiosAsked, io: Pick<Io, "env">): Promise<PluginAnswer> {
	const { instance, check, config, socket, timeoutMs, ranges, verbosity } = asked;
	const reported = await reportsFor(
		{
			instance,
			...(check !== undefined && { check }),
			...(config !== undefined && { config }),
			...(socket !== undefined && { socket }),
			endAt: timeoutMs,
		},
		io,
	);
	if (!reported.ok) return nagiosTrouble(reported.trouble);
	const now = systemClock.now();
	const found = reported.value;
	const checks = found.checks.map((one) => asOfNow(one, now)).map((one) => (asked.isConfirmed ? confirmed(one) : one));
	const telling: Telling = { now, ranges, verbosity, by: reported.by };
	if (check === undefined) return nagiosInstance({ ...found, checks }, telling);
	const report = checks.find((one) => one.check === check);
	if (!report) return nagiosTrouble(`no answer about ${instance}/${check}`);
	const unknown = Object.keys(ranges).find((name) => !isNumber(report, name));
	if (unknown === undefined) {
		if (Object.keys(ranges).length === 0) return nagiosCheck(report, telling);
		const { judgedByRanges } = await import("../report/nagios-ranges.ts");
		return nagiosCheck(judgedByRanges(report, ranges), telling);
	}
	const { didYouMean } = await import("../config/suggest.ts");
	const known = [...Object.keys(report.types).filter((name) => isNumber(report, name)), DURATION];
	const hint = didYouMean(unknown, known) ?? `its numbers: ${known.join(", ")}`;
	return nagiosTrouble(`${instance}/${check} measures no number ${unknown}; ${hint}`);
}

function isNumber({ types }: CheckReport, name: string): boolean {
	return name === DURATION || ["int", "double", "bool"].includes(types[name]?.type ?? "");
}

async function version(): Promise<PluginAnswer> {
	const { programVersion } = await import("./version.ts");
	// As the plugins of the Monitoring Plugins do: a service that asks for the version by mistake is not OK.
	return { text: `dss-probe ${programVersion()}`, code: EXIT.unknown };
}

/**
 * Not for Nagios but for the person who sets it up: what is wrong with the configuration goes to stderr, as with other verbs.
 *
 * @throws UserError where the configuration is wrong
 */
async function definitions(
	kind: string,
	{ config: named, instance }: NagiosAsked,
	answer: (said: PluginAnswer) => number,
): Promise<number> {
	const [{ DEFINITIONS, definitionsOf }, { requireConfig }, { configFile }, { processIo }, { resolve }] =
		await Promise.all([
			import("./nagios-definitions.ts"),
			import("./source.ts"),
			import("./config-file.ts"),
			import("./process-io.ts"),
			import("node:path"),
		]);
	const known = DEFINITIONS.find((one) => one === kind);
	if (!known) return answer(nagiosTrouble(`--definitions is one of ${DEFINITIONS.join(", ")}`));
	const io = processIo();
	const file = resolve(configFile(named, io.env));
	const config = requireConfig(file, io, { quiet: true });
	const program = [process.execPath, ...process.argv.slice(1, 2).map((path) => resolve(path))];
	const text = definitionsOf(known, config, { program, config: file }, instance || undefined);
	return answer(
		text === undefined ? nagiosTrouble(`no check runs on ${instance || "any instance"}`) : { text, code: 0 },
	);
}
