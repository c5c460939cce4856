import * as z from "zod";
import type { InstanceReport } from "../model/report.ts";
import { wrongWith } from "../model/request.ts";
import type { Respond } from "./routes.ts";

/** Who knows what the checks say now. */
export interface Answering {
	/** The names of all instances, that of dss-probe itself not among them. */
	instances(): readonly string[];
	/**
	 * What an instance says.
	 *
	 * @param check only this one of its checks
	 * @returns undefined for an unknown instance or check
	 */
	report(instance: string, check?: string): InstanceReport | undefined;
}

const reportRequest = z.strictObject({ instance: z.string(), check: z.string().optional() });

/** What can be asked by those who may change nothing, by path. */
export function answerRoutes(answering: Answering): ReadonlyMap<string, Respond> {
	return new Map<string, Respond>([
		["/instances", () => ({ ok: true, value: answering.instances(), warnings: [] })],
		[
			"/report",
			(body) => {
				const read = reportRequest.safeParse(body);
				if (!read.success) return { ok: false, code: "invalid", text: wrongWith(read.error) };
				const { instance, check } = read.data;
				const value = answering.report(instance, check);
				if (value) return { ok: true, value, warnings: [] };
				const name = check === undefined ? `instance ${instance}` : `check ${instance}/${check}`;
				return { ok: false, code: "missing", text: `no ${name} in the daemon's configuration` };
			},
		],
	]);
}
