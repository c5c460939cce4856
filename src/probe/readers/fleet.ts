import * as z from "zod";
import { evidence } from "../../dss/evidence.ts";
import { request } from "../../dss/transport.ts";
import { actAtOnce } from "../../model/at-once.ts";
import { layerOf } from "../../model/cause.ts";
import { formatDuration } from "../../model/duration.ts";
import type { Fault, Value } from "../../model/sample.ts";
import type { Reading } from "../api-kind.ts";
import type { ProbeContext } from "../kind.ts";

const AT_ONCE = 4;
/** Longest look at one instance: it must not use up the time of the others, ms, nor more than a part of all of it. */
const LOOK_MS = 5_000;
const LOOK_SHARE = 0.4;
/** Time that is kept for what comes after the last look, part of all of it. */
const RESERVE_SHARE = 0.05;
const MOST_NAMED = 3;

const list = z.array(
	z.looseObject({ id: z.string(), label: z.string().optional(), dssNodeType: z.string().optional() }),
);
const status = z.looseObject({ publicURL: z.url({ protocol: /^https?$/ }).nullish() });

interface Member {
	readonly id: string;
	readonly label: string;
	readonly type: string;
	readonly address?: string;
	/** Why it does not answer, where it was asked and does not. */
	readonly silence?: string;
	/** Where it was not asked to the end: that says nothing of it. */
	readonly leftOut?: LeftOut;
	readonly isUnreadable: boolean;
	readonly status: unknown;
}

/** Why something was not asked: what is wrong with dss-probe, or that the time was up. */
type LeftOut = Fault | "late";

/** Lists the instances of a Fleet Manager, asks it for the state of each, and each for a sign of life. */
export const readFleet: Reading<{ readonly look: boolean; readonly ignore: readonly string[] }> = async (
	{ client, context, get },
	{ look, ignore },
) => {
	const { clock, timeoutMs, signal } = context;
	const lookMs = Math.min(LOOK_MS, timeoutMs * LOOK_SHARE);
	// What is asked before this has its full time to answer.
	const stopAt = clock.monotonic() + timeoutMs * (1 - RESERVE_SHARE) - lookMs;
	const isOver = () => clock.monotonic() > stopAt;
	const all = (await get("/instances", list)).filter(
		({ id, label }) => !ignore.includes(id) && !ignore.includes(label ?? id),
	);
	const members = await actAtOnce(all, AT_ONCE, async ({ id, label = id, dssNodeType: type = "" }): Promise<Member> => {
		const known = { id, label: evidence(label), type, isUnreadable: false, status: null };
		if (isOver()) return { ...known, leftOut: "late" };
		const answer = await client.get(`/instances/${encodeURIComponent(id)}/status`);
		if (!answer.ok) {
			const leftOut = ourDoing(answer.fault, signal);
			return leftOut ? { ...known, leftOut } : { ...known, isUnreadable: true };
		}
		const read = status.safeParse(answer.json);
		const told = { ...known, isUnreadable: !read.success, status: answer.json };
		const address = read.data?.publicURL ?? undefined;
		if (address === undefined) return told;
		if (!look) return { ...told, address };
		if (isOver()) return { ...told, address, leftOut: "late" };
		return { ...told, address, ...(await lookAt(address, type, lookMs, context)) };
	});
	const addressed = members.filter(({ address }) => address !== undefined);
	const silent = addressed.filter(({ silence }) => silence !== undefined);
	const leftOut = members.filter((one) => one.leftOut !== undefined);
	const values: Record<string, Value> = {
		instances: members.length,
		addressed: addressed.length,
		unreadable: members.filter(({ isUnreadable }) => isUnreadable).length,
		left_out: leftOut.length,
		worst: silent[0]?.label ?? "",
	};
	const responding = addressed.filter(isResponding).length;
	if (look) Object.assign(values, { responding, silent: silent.length });
	const facts = { details: members.map(factOf) };
	// What dss-probe itself lacks is told where it hides nothing that is worse.
	const fault = leftOut.map((one) => one.leftOut).find((one) => typeof one === "object");
	if (fault && silent.length === 0) return { values, facts, fault };
	return { values, facts, seen: inWords(members, addressed, silent, leftOut, look) };
};

/** Asks an instance at its own address. It answers, be it with a login page or a refusal, or is silent, or could not be asked. */
async function lookAt(
	address: string,
	type: string,
	totalMs: number,
	{ instance, signal, clock }: ProbeContext,
): Promise<Pick<Member, "silence" | "leftOut">> {
	const path = type === "api" ? "/isAlive/" : "/dip/api/get-configuration";
	const exchange = await request({
		url: `${address.replace(/\/+$/, "")}${path}`,
		method: "GET",
		headers: {},
		tls: instance.tls,
		signal,
		clock,
		timeouts: { totalMs },
		connection: "fresh",
	});
	if (!exchange.ok) {
		const leftOut = ourDoing(exchange.fault, signal);
		return leftOut ? { leftOut } : { silence: exchange.fault.text };
	}
	const { status: code, timings } = exchange.reply;
	return code >= 500 ? { silence: `HTTP ${code} after ${formatDuration(Math.round(timings.total * 1_000))}` } : {};
}

/** Whether a request failed for a reason that says nothing of whom it was for. */
function ourDoing(fault: Fault, signal: AbortSignal): LeftOut | undefined {
	if (signal.aborted) return "late";
	return layerOf(fault.code) === "prober" ? fault : undefined;
}

function isResponding({ address, silence, leftOut }: Member): boolean {
	return address !== undefined && silence === undefined && leftOut === undefined;
}

function factOf(member: Member): object {
	const { id, label, type, address = "", status: told } = member;
	return { id, label, type, address, status: told, responds: isResponding(member) };
}

function inWords(
	all: readonly Member[],
	addressed: readonly Member[],
	silent: readonly Member[],
	leftOut: readonly Member[],
	isLooking: boolean,
): string {
	const provisioned = `${all.length} instance${all.length === 1 ? "" : "s"}, ${addressed.length} provisioned`;
	const counts = leftOut.length > 0 ? `${provisioned}, ${leftOut.length} not asked in time` : provisioned;
	if (silent.length === 0) return `${counts}${isLooking && leftOut.length === 0 ? ", all of those answer" : ""}`;
	const named = silent.slice(0, MOST_NAMED).map(({ label, silence }) => `${label} (${silence})`);
	const more = silent.length > named.length ? ` and ${silent.length - named.length} more` : "";
	return `${counts}; no answer from ${named.join(", ")}${more}`.slice(0, 900);
}
