import * as z from "zod";
import type { Clock } from "../clock.ts";
import { duration, formatDuration } from "../model/duration.ts";
import type { Outcome } from "./channel.ts";
import { isWebUrl, secretUrl } from "./channel-options.ts";
import { describeFailure } from "./failure.ts";
import { decoded, hidden, hideAddress } from "./hide.ts";
import { outcomeOf } from "./http-outcome.ts";

/** An entry under `channels:` with `type: heartbeat`: a dead man's switch. */
export const heartbeatOptions = z.strictObject({
	type: z.literal("heartbeat"),
	url: secretUrl(isWebUrl).describe(
		"Address that is asked for. Whoever is behind it raises the alarm when that stops.",
	),
	every: duration()
		.refine((ms) => ms >= 1_000, "is shorter than 1s")
		.describe("How often, as long as every check is looked at, the store can be written and no channel is stuck."),
	method: z.enum(["GET", "POST"]).default("GET"),
	timeout: duration().default(10_000).describe("Longest time of one attempt."),
});

export type HeartbeatOptions = z.output<typeof heartbeatOptions>;

/** A place that is told that all is well, and that notices when it is told no more. */
export interface Heartbeat {
	readonly name: string;
	readonly everyMs: number;
	/** Asks for the address once. Never throws. */
	ping(context: { readonly signal: AbortSignal; readonly clock: Clock }): Promise<Outcome>;
}

/** Builds a heartbeat. Whether all is well decides whoever pings; here nothing is known about it. */
export function createHeartbeat(name: string, options: HeartbeatOptions): Heartbeat {
	const hide = hideAddress(options.url.reveal());
	return {
		name,
		everyMs: options.every,
		async ping({ signal, clock }) {
			const late = new AbortController();
			const timer = clock.after(options.timeout, () => late.abort());
			const { url, headers } = splitAddress(options.url.reveal());
			try {
				const answer = await fetch(url, {
					method: options.method,
					headers: { "user-agent": "dss-probe", ...headers },
					redirect: "manual",
					signal: AbortSignal.any([late.signal, signal]),
				});
				// Only the status counts; the rest is not waited for.
				answer.body?.cancel().catch(() => {});
				const { status } = answer;
				const [retryAfter, location] = [answer.headers.get("retry-after"), answer.headers.get("location")];
				return hidden(outcomeOf({ status, retryAfter, location }, clock.now()), hide);
			} catch (error) {
				const words = late.signal.aborted
					? `no answer within ${formatDuration(options.timeout)}`
					: describeFailure(error);
				return { result: "retry", error: hide(words) };
			} finally {
				timer.cancel();
			}
		},
	};
}

/** fetch takes no user and password in an address; they travel as a header. */
function splitAddress(address: string): { readonly url: string; readonly headers: Readonly<Record<string, string>> } {
	const url = new URL(address);
	if (url.username === "" && url.password === "") return { url: url.href, headers: {} };
	const plain = `${decoded(url.username)}:${decoded(url.password)}`;
	url.username = "";
	url.password = "";
	return { url: url.href, headers: { authorization: `Basic ${Buffer.from(plain).toString("base64")}` } };
}
