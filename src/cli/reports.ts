import { systemClock } from "../clock.ts";
import { type InstanceReport, isFresh } from "../model/report.ts";
import { readInstanceReport } from "../report/read.ts";
import { guessSocket } from "./answers-socket.ts";
import type { Io } from "./io.ts";
import { ask, type Question, type Reported } from "./question.ts";

/** A daemon that has not answered by then is waited for no longer alone, ms. */
const PATIENCE_MS = 500;

type Env = Pick<Io, "env">;

/**
 * What an instance, or one check of it, says now. The daemon is asked first. Where none answers, or what it knows is too
 * old, one looks for oneself, as far as the configuration may be read. What is loaded for that is not loaded otherwise.
 */
export async function reportsFor(question: Question, io: Env): Promise<Reported> {
	const socket = socketFor(question, io);
	if (socket === undefined) return await lookOneself(question, io, {});
	const { instance, check } = question;
	const asked = ask(
		socket,
		"/report",
		{ instance, ...(check !== undefined && { check }) },
		question,
		readInstanceReport,
	);
	const first = await within(PATIENCE_MS, asked);
	if (first?.ok) return await freshened(first, question, io);
	const own = await lookOneself(question, io, { asked: socket });
	if (own.ok) return own;
	// A daemon that is slow is better than nothing.
	return joined(await asked, own);
}

/** The reports of all instances, or of one, for what does not depend on how they are: nobody looks at anything. */
export async function reportsForDiscovery(
	question: Omit<Question, "check">,
	io: Env,
): Promise<Reported<readonly InstanceReport[]>> {
	const socket = socketFor(question, io);
	const asked = socket === undefined ? undefined : allFrom(socket, question);
	const first = asked && (await within(PATIENCE_MS, asked));
	if (first?.ok) return first;
	const { describeOneself } = await import("./own-look.ts");
	const own = await describeOneself(question, io);
	return own.ok || !asked ? own : joined(await asked, own);
}

function socketFor({ socket, config }: Pick<Question, "socket" | "config">, { env }: Env): string | undefined {
	return socket ?? env["DSS_PROBE_SOCKET"] ?? guessSocket(config, env);
}

/** Looks again at what the daemon has not seen lately, where that is possible. */
async function freshened(reported: Extract<Reported, { ok: true }>, question: Question, io: Env): Promise<Reported> {
	const { value } = reported;
	const stale = value.checks.filter((report) => !isFresh(report, systemClock.now())).map(({ check }) => check);
	if (stale.length === 0) return reported;
	const own = await lookOneself(question, io, { asked: "daemon", only: stale });
	if (!own.ok) return reported;
	const seen = new Map(own.value.checks.map((report) => [report.check, report]));
	return { ...reported, value: { ...value, checks: value.checks.map((report) => seen.get(report.check) ?? report) } };
}

async function lookOneself(
	question: Question,
	io: Env,
	how: { readonly asked?: string; readonly only?: readonly string[] },
): Promise<Reported> {
	return await (await import("./own-look.ts")).lookOneself(question, io, how);
}

async function allFrom(
	socket: string,
	question: Omit<Question, "check">,
): Promise<Reported<readonly InstanceReport[]>> {
	const one = (instance: string) => ask(socket, "/report", { instance }, question, readInstanceReport);
	if (question.instance !== "") {
		const reported = await one(question.instance);
		return reported.ok ? { ...reported, value: [reported.value] } : reported;
	}
	const names = await ask(socket, "/instances", {}, question, readNames);
	if (!names.ok) return names;
	const all: InstanceReport[] = [];
	for (const name of names.value) {
		const reported = await one(name);
		if (!reported.ok) return reported;
		all.push(reported.value);
	}
	return { ok: true, value: all, by: "daemon" };
}

function readNames(given: unknown): readonly string[] | undefined {
	return Array.isArray(given) && given.every((name) => typeof name === "string") ? given : undefined;
}

function joined<T>(asked: Reported<T>, own: Extract<Reported, { ok: false }>): Reported<T> {
	return asked.ok ? asked : { ok: false, trouble: `${asked.trouble}; ${own.trouble}` };
}

/** What a promise gives within so many ms; undefined where it takes longer. */
function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
	return new Promise((resolve, reject) => {
		const timer = systemClock.after(ms, () => resolve(undefined));
		promise.then(resolve, reject).finally(() => timer.cancel());
	});
}
