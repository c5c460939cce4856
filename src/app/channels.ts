import type { Config } from "../config/alerts.ts";
import type { Channel } from "../notify/channel.ts";
import type { ChannelDeps } from "../notify/channel-options.ts";
import { createChannel } from "../notify/notify.ts";

/**
 * Builds the channels that take messages; heartbeats take none.
 *
 * @throws where one of them cannot be built
 */
export function buildChannels(
	{ channels }: Config,
	{ log, readText, createChannel: build = createChannel }: ChannelDeps & { createChannel?: typeof createChannel },
): ReadonlyMap<string, Channel> {
	return new Map(
		[...channels].flatMap(([name, options]) =>
			options.type === "heartbeat" ? [] : [[name, build(name, options, { log, readText })]],
		),
	);
}
