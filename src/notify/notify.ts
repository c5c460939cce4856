import * as z from "zod";
import type { Notification } from "../model/notification.ts";
import type { Channel } from "./channel.ts";
import type { ChannelDeps } from "./channel-options.ts";
import { createEmail, emailOptions } from "./email.ts";
import { heartbeatOptions } from "./heartbeat.ts";
import { createSlack, slackOptions } from "./slack.ts";
import { createWebhook, webhookOptions } from "./webhook.ts";

export { createNotifier } from "./delivery.ts";

/** One entry under `channels:`; `type` decides which options it takes. */
export const channelOptions = z.discriminatedUnion(
	"type",
	[emailOptions, slackOptions, webhookOptions, heartbeatOptions],
	{
		error: "is not one of the channel types email, slack, webhook, heartbeat",
	},
);

export type ChannelOptions = z.output<typeof channelOptions>;

/**
 * Builds a channel from its options. Opens no connection.
 *
 * @param name the channel's name in `channels:`
 * @throws where a file that the options name cannot be read, and for a heartbeat, which takes no messages
 */
export function createChannel(name: string, options: ChannelOptions, deps: ChannelDeps): Channel {
	switch (options.type) {
		case "email":
			return createEmail(name, options, deps);
		case "slack":
			return createSlack(name, options, deps);
		case "webhook":
			return createWebhook(name, options, deps);
		case "heartbeat":
			throw new Error(`channel "${name}" is a heartbeat: it takes no messages`);
	}
}

/** A message that only tries a channel out; no alert stands behind it. */
export function testNotification(channel: string, now: number): Notification {
	return {
		id: `test-${now.toString(36)}`,
		type: "test",
		channel,
		group: "",
		severity: "test",
		alerts: [],
		reason: "somebody asked for a test",
		createdAt: now,
		dueAt: now,
	};
}
