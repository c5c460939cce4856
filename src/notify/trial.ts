import { type Clock, deadlineOf } from "../clock.ts";
import type { Outcome } from "./channel.ts";
import type { ChannelDeps } from "./channel-options.ts";
import { createHeartbeat } from "./heartbeat.ts";
import { type ChannelOptions, createChannel, testNotification } from "./notify.ts";

/** Sends one harmless message over a channel and says what came of it. Never throws. */
export async function tryChannel(
	name: string,
	options: ChannelOptions,
	{ clock, ...deps }: ChannelDeps & { readonly clock: Clock },
): Promise<Outcome> {
	// A heartbeat takes no messages; what can be tried is a ping.
	if (options.type === "heartbeat") {
		return await createHeartbeat(name, options).ping({ signal: new AbortController().signal, clock });
	}
	try {
		const channel = createChannel(name, options, deps);
		try {
			const signal = deadlineOf(clock, channel.timeoutMs);
			return await channel.send(testNotification(name, clock.now()), { signal, clock });
		} finally {
			channel.close();
		}
	} catch (error) {
		return { result: "retry", error: error instanceof Error ? error.message : String(error) };
	}
}
