import { systemClock } from "../clock.ts";
import { askDaemon } from "../control/client.ts";
import { distrustAnswers } from "../control/socket.ts";
import type { InstanceReport } from "../model/report.ts";

/** What a program asks, and until when. */
export interface Question {
	readonly instance: string;
	/** Only this one of its checks. */
	readonly check?: string;
	/** The configuration file, where one is named. */
	readonly config?: string;
	/** The daemon's socket, where it is named. */
	readonly socket?: string;
	/** The end of all patience, on the monotonic clock, ms. */
	readonly endAt: number;
}

export type Reported<T = InstanceReport> =
	| { readonly ok: true; readonly value: T; readonly by: "daemon" | "own look" }
	| { readonly ok: false; readonly trouble: string };

/** Kept for judging and printing, ms. */
export const RESERVE_MS = 150;

/** Puts one question to the daemon. */
export async function ask<T>(
	socket: string,
	path: string,
	body: object,
	{ endAt }: Pick<Question, "endAt">,
	read: (value: unknown) => T | undefined,
): Promise<Reported<T>> {
	const timeoutMs = Math.max(1, endAt - systemClock.monotonic() - RESERVE_MS);
	const around = { clock: systemClock, uid: process.getuid?.(), timeoutMs, distrust: distrustAnswers };
	const asked = await askDaemon({ socket, path }, body, around);
	if (asked.result === "nobody") return { ok: false, trouble: `no dss-probe listens at ${socket}` };
	if (asked.result === "failed") return { ok: false, trouble: asked.why };
	const answer = asked.body as { readonly ok?: unknown; readonly value?: unknown; readonly text?: unknown } | null;
	if (answer?.ok !== true)
		return { ok: false, trouble: String(answer?.text ?? "the daemon's answer is not understood") };
	const value = read(answer.value);
	return value === undefined
		? { ok: false, trouble: "the daemon's answer is not understood: is it of the same version?" }
		: { ok: true, value, by: "daemon" };
}
