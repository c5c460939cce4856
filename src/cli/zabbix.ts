import { systemClock } from "../clock.ts";
import type { Config } from "../config/alerts.ts";
import type { Check } from "../config/checks.ts";
import { loadConfig } from "../config/load.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import { parseDuration } from "../model/duration.ts";
import type { Sample } from "../model/sample.ts";
import { redactor } from "../model/secret.ts";
import { LEVEL_CODE, type Verdict } from "../model/verdict.ts";
import { probe } from "../probe/probe.ts";
import { EXIT } from "./exit.ts";
import type { Io } from "./io.ts";
import { configFile } from "./source.ts";

/** Zabbix's default Timeout is 3 s; the answer must be out before. */
const DEADLINE_MS = 2_500;
/** Of a number: microseconds are the finest that is measured. */
const DECIMALS = 6;
/** Kept for judging and printing. */
const RESERVE_MS = 150;

/** What can be asked for besides the values of the check's kind. */
const FIELDS: Readonly<Record<string, (verdict: Verdict, sample: Sample) => string | number>> = {
	verdict: ({ level }) => LEVEL_CODE[level],
	level: ({ level }) => level,
	cause: ({ cause }) => cause?.code ?? "",
	cause_text: ({ cause }) => cause?.text ?? "",
	summary: ({ summary, failed }) => [summary, ...failed].join("; "),
	duration: (_verdict, { durationMs }) => durationMs / 1_000,
};

/**
 * `zabbix get INSTANCE CHECK [FIELD]`: exactly one line on stdout, silent stderr, exit code 0, never later than the
 * deadline. What counts for Zabbix is only what is printed (Zabbix manual, External checks).
 *
 * Without a field: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; any trouble of our own is 3. A number that was not measured is
 * 0, as Zabbix's own simple checks answer for a service that is down; a text that was not measured is empty.
 */
export async function zabbixGet(args: readonly string[], io: Io): Promise<number> {
	let line: string | undefined;
	const answer = (text: string | number): void => {
		if (line !== undefined) return;
		line = oneLine(String(typeof text === "number" ? Number(text.toFixed(DECIMALS)) : text));
		io.terminal.out(line);
	};
	const asked = readArguments(args);
	// Whatever happens, an answer is out in time. A field has no "unknown", so there it is said in words.
	const late = systemClock.after(asked.deadlineMs, () => {
		answer(asked.field === undefined ? LEVEL_CODE.unknown : "");
		io.exit(EXIT.ok);
	});
	const trouble = (text: string): void =>
		answer(asked.field === undefined && !asked.problem ? LEVEL_CODE.unknown : `dss-probe: ${text}`);
	try {
		if (asked.problem) trouble(asked.problem);
		else await look(asked, io, answer, trouble);
	} catch (error) {
		trouble(error instanceof Error ? error.message : String(error));
	}
	late.cancel();
	return EXIT.ok;
}

interface Asked {
	readonly instance: string;
	readonly check: string;
	readonly field?: string;
	readonly config?: string;
	readonly deadlineMs: number;
	readonly problem?: string;
}

/** Reads the arguments by hand: a parser of command lines would take longer to load than the check takes. */
function readArguments(args: readonly string[]): Asked {
	const places: string[] = [];
	let config: string | undefined;
	let deadlineMs: number | undefined = DEADLINE_MS;
	let problem: string | undefined;
	for (let index = 0; index < args.length; index++) {
		const word = args[index] as string;
		if (word === "-c" || word === "--config") config = args[++index];
		else if (word === "--deadline") deadlineMs = parseDuration(args[++index] ?? "");
		else if (word.startsWith("-") && word.length > 1) problem ??= `unknown option ${word}`;
		else places.push(word);
	}
	const [instance = "", check = "", field] = places;
	if (!instance || !check) problem ??= "usage: zabbix get INSTANCE CHECK [FIELD]";
	if (places.length > 3) problem ??= `unexpected argument ${places[3]}`;
	if (deadlineMs === undefined) problem ??= "--deadline is not a duration such as 2500ms";
	return {
		instance,
		check,
		...(field && { field }),
		...(config !== undefined && { config }),
		deadlineMs: deadlineMs ?? DEADLINE_MS,
		...(problem !== undefined && { problem }),
	};
}

async function look(
	asked: Asked,
	io: Io,
	answer: (text: string | number) => void,
	trouble: (text: string) => void,
): Promise<void> {
	const loaded = loadConfig(configFile(asked.config, io.env), { env: io.env });
	if (!loaded.ok) {
		const first = loaded.problems.find(({ severity }) => severity === "error");
		return trouble(`${first?.file}:${first?.line}: ${first?.message}`);
	}
	const key = `${asked.instance}/${asked.check}`;
	const check = loaded.config.checks.find((one) => one.key === key);
	if (!check) return trouble(`no check ${key} in the configuration`);
	const { field } = asked;
	if (field !== undefined && !(field in FIELDS) && !(field in check.rules.types)) {
		return trouble(
			`check ${key} has no field ${field}; it has ${[...Object.keys(FIELDS), ...Object.keys(check.rules.types)].join(", ")}`,
		);
	}
	const sample = await sampleOf(check, asked, loaded.config);
	if (!sample) return trouble(`${key} runs jobs, which only the daemon does; it has none that is recent`);
	const { verdict } = evaluate(sample, check.rules, {});
	const compute = FIELDS[field ?? "verdict"];
	if (compute) return answer(compute(verdict, sample));
	const missing = ["int", "double", "bool"].includes(check.rules.types[field ?? ""]?.type ?? "") ? 0 : "";
	const value = sample.values[field ?? ""] ?? missing;
	answer(typeof value === "boolean" ? Number(value) : value);
}

/** A job is neither over within the deadline nor to be run twice at once: there the daemon's newest sample counts. */
async function sampleOf(check: Check, { deadlineMs }: Asked, config: Config): Promise<Sample | undefined> {
	if (check.probe.kind !== "dss-job") return measure(check, deadlineMs, redactor(config.secrets));
	const { newestSample } = await import("./newest-sample.ts");
	return newestSample(config.store.path, check, systemClock.now());
}

/** Measures now, within what is left of the deadline. */
async function measure(check: Check, deadlineMs: number, redact: (text: string) => string): Promise<Sample> {
	const { key, instance, timeoutMs } = check;
	const left = Math.max(100, deadlineMs - systemClock.monotonic() - RESERVE_MS);
	const notes = new Map<string, string>();
	const sample = await probe(check.probe, {
		key,
		instance,
		clock: systemClock,
		timeoutMs: Math.min(timeoutMs, left),
		signal: new AbortController().signal,
		notes: {
			get: (name) => notes.get(name),
			set: (name, value) => void (value === undefined ? notes.delete(name) : notes.set(name, value)),
		},
	});
	return sample.fault ? { ...sample, fault: { ...sample.fault, text: redact(sample.fault.text) } } : sample;
}

function oneLine(text: string): string {
	return text.replace(/\s+/g, " ").trim();
}
