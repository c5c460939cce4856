import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { formatDuration } from "../model/duration.ts";
import type { Channel, Outcome } from "./channel.ts";
import { describeFailure } from "./failure.ts";
import type { Waiting } from "./waiting.ts";

interface AttemptDeps {
	readonly clock: Clock;
	readonly log: Log;
	/** The incident's first message on the channel. */
	readonly thread?: string | undefined;
	/** Aborted when the program stops. */
	readonly stop: AbortSignal;
}

/**
 * Tries once to deliver, within the channel's timeout, also where the channel does not heed its signal. An exception is
 * a mistake of dss-probe; it must not cost the message, so it is logged as such and tried again.
 */
export async function attempt(channel: Channel, entry: Waiting, deps: AttemptDeps): Promise<Outcome> {
	const { clock, log, thread, stop } = deps;
	const { notification, parts } = entry;
	const late = new AbortController();
	const signal = AbortSignal.any([late.signal, stop]);
	const tooLate = Promise.withResolvers<Outcome>();
	const timer = clock.after(channel.timeoutMs, () => {
		tooLate.resolve({ result: "retry", error: `no answer within ${formatDuration(channel.timeoutMs)}` });
		late.abort(new DOMException("the channel's timeout is over", "TimeoutError"));
	});
	try {
		const sending = channel.send(notification, { signal, clock, parts, ...(thread === undefined ? {} : { thread }) });
		return await Promise.race([sending, tooLate.promise]);
	} catch (error) {
		const words = describeFailure(error);
		log.error({ channel: channel.name, notification: notification.id, error: words }, "a channel made a mistake");
		return { result: "retry", error: `fault of dss-probe itself: ${words}` };
	} finally {
		timer.cancel();
	}
}
