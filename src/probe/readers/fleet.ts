import * as z from "zod";
import { evidence } from "../../dss/evidence.ts";
import { request } from "../../dss/transport.ts";
import { actAtOnce } from "../../model/at-once.ts";
import { formatDuration } from "../../model/duration.ts";
import type { Value } from "../../model/sample.ts";
import type { Reading } from "../api-kind.ts";
import type { ProbeContext } from "../kind.ts";

const AT_ONCE = 4;
/** Longest look at one instance: it must not use up the time of the others, ms. */
const LOOK_MS = 5_000;
const MOST_NAMED = 3;

const list = z.array(
	z.looseObject({ id: z.string(), label: z.string().optional(), dssNodeType: z.string().optional() }),
);
const status = z.looseObject({ publicURL: z.string().nullish() });

interface Member {
	readonly id: string;
	readonly label: string;
	readonly type: string;
	readonly address?: string;
	/** Why it does not answer, where it was asked and does not. */
	readonly silence?: string;
	readonly isUnreadable: boolean;
	readonly status: unknown;
}

/** Lists the instances of a Fleet Manager, asks it for the state of each, and each for a sign of life. */
export const readFleet: Reading<{ readonly look: boolean; readonly ignore: readonly string[] }> = async (
	{ client, context, get },
	{ look, ignore },
) => {
	const all = (await get("/instances", list)).filter(
		({ id, label }) => !ignore.includes(id) && !ignore.includes(label ?? id),
	);
	const members = await actAtOnce(all, AT_ONCE, async ({ id, label = id, dssNodeType: type = "" }): Promise<Member> => {
		const answer = await client.get(`/instances/${encodeURIComponent(id)}/status`);
		const read = answer.ok ? status.safeParse(answer.json) : undefined;
		const known = {
			id,
			label: evidence(label),
			type,
			isUnreadable: !read?.success,
			status: answer.ok ? answer.json : null,
		};
		const address = read?.data?.publicURL ?? undefined;
		if (address === undefined) return known;
		const silence = look ? await silenceOf(address, type, context) : undefined;
		return { ...known, address, ...(silence !== undefined && { silence }) };
	});
	const addressed = members.filter(({ address }) => address !== undefined);
	const silent = addressed.filter(({ silence }) => silence !== undefined);
	const values: Record<string, Value> = {
		instances: members.length,
		addressed: addressed.length,
		unreadable: members.filter(({ isUnreadable }) => isUnreadable).length,
		worst: silent[0]?.label ?? "",
	};
	if (look) Object.assign(values, { responding: addressed.length - silent.length, silent: silent.length });
	return { values, facts: { details: members.map(factOf) }, seen: inWords(members, addressed, silent, look) };
};

/** Why an instance does not answer at its own address; undefined where it does, be it with a login page or a refusal. */
async function silenceOf(
	address: string,
	type: string,
	{ instance, signal, clock }: ProbeContext,
): Promise<string | undefined> {
	const path = type === "api" ? "/isAlive/" : "/dip/api/get-configuration";
	const exchange = await request({
		url: `${address.replace(/\/+$/, "")}${path}`,
		method: "GET",
		headers: {},
		tls: instance.tls,
		signal,
		clock,
		timeouts: { totalMs: LOOK_MS },
		connection: "fresh",
	});
	if (!exchange.ok) return exchange.fault.text;
	const { status: code, timings } = exchange.reply;
	return code >= 500 ? `HTTP ${code} after ${formatDuration(Math.round(timings.total * 1_000))}` : undefined;
}

function factOf({ silence, isUnreadable: _, ...member }: Member): object {
	return { ...member, address: member.address ?? "", responds: member.address !== undefined && silence === undefined };
}

function inWords(
	all: readonly Member[],
	addressed: readonly Member[],
	silent: readonly Member[],
	isLooking: boolean,
): string {
	const counts = `${all.length} instance${all.length === 1 ? "" : "s"}, ${addressed.length} provisioned`;
	if (silent.length === 0) return `${counts}${isLooking ? ", all of those answer" : ""}`;
	const named = silent.slice(0, MOST_NAMED).map(({ label, silence }) => `${label} (${silence})`);
	const more = silent.length > named.length ? ` and ${silent.length - named.length} more` : "";
	return `${counts}; no answer from ${named.join(", ")}${more}`.slice(0, 900);
}
