import { checkReport, NEVER_SEEN, type Seen } from "../app/check-report.ts";
import { systemClock } from "../clock.ts";
import type { Config } from "../config/alerts.ts";
import type { Check } from "../config/checks.ts";
import { freshMs } from "../config/fresh.ts";
import type { Loaded } from "../config/read.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import { actAtOnce } from "../model/at-once.ts";
import { type CheckReport, type InstanceReport, isFresh } from "../model/report.ts";
import { redacted, type Sample } from "../model/sample.ts";
import { redactor } from "../model/secret.ts";
import { type AnyKind, type Kinds, keepsNotes, probeAs } from "../probe/kinds.ts";
import { fleetingNotes } from "../probe/recall.ts";
import { readInstanceReport } from "../report/read.ts";
import { configFile } from "./config-file.ts";
import type { Io } from "./io.ts";
import type { Newest } from "./newest-sample.ts";
import { loadProven } from "./proven-config.ts";
import { ask, type Question, RESERVE_MS, type Reported } from "./question.ts";

/** Looks that are under way at a time. */
const IN_FLIGHT = 20;
/** The shortest look that makes sense, ms. */
const SHORTEST_MS = 100;

type Trouble = Extract<Reported, { ok: false }>;

/**
 * Looks at an instance, or one check of it, without a daemon. Checks that run jobs are told as the daemon saw them last.
 *
 * @param how.asked the socket that was asked already; without it that of the configuration is asked first
 * @param how.only the checks that are to be looked at
 */
export async function lookOneself(
	question: Question,
	io: Pick<Io, "env">,
	how: { readonly asked?: string; readonly only?: readonly string[] },
): Promise<Reported> {
	const { instance: name, check: wanted } = question;
	const file = configFile(question.config, io.env);
	const part = { instance: name, ...(wanted !== undefined && { check: wanted }) };
	const { loaded, kinds } = await loadProven(file, part, io);
	const config = taken(loaded);
	if ("ok" in config) return config;
	const { socket } = config.answers;
	if (how.asked === undefined && socket !== undefined) {
		const asked = await ask(socket, "/report", part, question, readInstanceReport);
		if (asked.ok && asked.value.checks.every((report) => isFresh(report, systemClock.now()))) return asked;
	}
	const instance = config.instances.get(name);
	const checks = config.checks.filter(
		(check) => check.instance.name === name && (wanted === undefined || check.name === wanted),
	);
	if (!instance) return { ok: false, trouble: `no instance ${name} in the configuration` };
	if (wanted !== undefined && checks.length === 0) {
		return { ok: false, trouble: `no check ${name}/${wanted} in the configuration` };
	}
	const due = checks.filter((check) => how.only?.includes(check.name) ?? true);
	const reports = await actAtOnce(due, IN_FLIGHT, (check) => lookAt(check, kinds, question.endAt, config));
	return {
		ok: true,
		value: { instance: name, url: instance.url, labels: instance.labels, checks: reports },
		by: "own look",
	};
}

/** What the configuration says of all instances, or of one; nothing is looked at. */
export async function describeOneself(
	question: Omit<Question, "check">,
	io: Pick<Io, "env">,
): Promise<Reported<readonly InstanceReport[]>> {
	const { loadConfig } = await import("../config/load.ts");
	const config = taken(loadConfig(configFile(question.config, io.env), io));
	if ("ok" in config) return config;
	const chosen = [...config.instances.values()].filter(
		({ name }) => question.instance === "" || name === question.instance,
	);
	if (chosen.length === 0) return { ok: false, trouble: `no instance ${question.instance} in the configuration` };
	const value = chosen.map(({ name, url, labels }) => ({
		instance: name,
		url,
		labels,
		checks: config.checks
			.filter(({ instance }) => instance.name === name)
			.map((check) => checkReport(check, NEVER_SEEN, freshMs(check))),
	}));
	return { ok: true, value, by: "own look" };
}

function taken(loaded: Loaded): Config | Trouble {
	if (loaded.ok) return loaded.config;
	const first = loaded.problems.find(({ severity }) => severity === "error");
	return { ok: false, trouble: `${first?.file}:${first?.line}: ${first?.message}` };
}

async function lookAt(check: Check, kinds: Kinds, endAt: number, config: Config): Promise<CheckReport> {
	const found = await sampleOf(check, kinds, endAt, config);
	if ("missing" in found) return checkReport(check, { ...NEVER_SEEN, summary: found.missing }, freshMs(check));
	const clean = redacted(found.sample, redactor(config.secrets));
	const { verdict } = evaluate(clean, check.rules, {});
	const { startedAt: sampledAt, durationMs, values } = clean;
	const seen: Seen = { ...verdict, sampledAt, durationMs, values };
	return checkReport(check, seen, freshMs(check));
}

/**
 * A job is neither over within the deadline nor to be run twice at once: there the daemon's newest sample counts. It also goes
 * first where a look says little without the looks before it.
 */
async function sampleOf(check: Check, kinds: Kinds, endAt: number, config: Config): Promise<Newest> {
	const kind = kinds.of(check.probe);
	const isWork = kind.startsWork === true;
	if (!isWork && !keepsNotes(kind, check.probe)) return { sample: await measure(check, kind, endAt) };
	const { newestSample } = await import("./newest-sample.ts");
	const newest = await newestSample(config.store.path, check, systemClock.now());
	return isWork || "sample" in newest ? newest : { sample: await measure(check, kind, endAt) };
}

/** Measures now, within what is left of the time. */
async function measure(check: Check, kind: AnyKind, endAt: number): Promise<Sample> {
	const { key, instance, timeoutMs } = check;
	const left = Math.max(SHORTEST_MS, endAt - systemClock.monotonic() - RESERVE_MS);
	return await probeAs(kind, check.probe, {
		key,
		instance,
		clock: systemClock,
		timeoutMs: Math.min(timeoutMs, left),
		signal: new AbortController().signal,
		notes: fleetingNotes(),
	});
}
