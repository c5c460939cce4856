import type { Clock } from "../clock.ts";
import type { ChannelDeps } from "../notify/channel-options.ts";
import type { ChannelOptions } from "../notify/notify.ts";
import { tryChannel } from "../notify/trial.ts";
import { critical, type Examination, ok } from "./examination.ts";

/** Sends a message: only where that was asked for. */
export const sendExamination = (
	name: string,
	options: ChannelOptions,
	deps: ChannelDeps & { readonly clock: Clock },
): Examination => ({
	name: "test message",
	async examine() {
		const outcome = await tryChannel(name, options, deps);
		if (outcome.result === "sent") return [ok(outcome.detail === undefined ? "sent" : `sent (${outcome.detail})`)];
		const words = "error" in outcome ? outcome.error : "put off by the receiver";
		return [
			critical(
				`not sent: ${words}`,
				"Correct the address, key or rights of this channel; dss-probe test-notify tries again.",
			),
		];
	},
});
