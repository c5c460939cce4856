import type { Kind } from "../kind.ts";
import { FEED_FACTS, FEED_VALUES, type FeedOptions, feedExpected, feedValues, hasRate } from "./feed-options.ts";

/**
 * Reads metrics of one or several targets, and makes values of them by names that the check gives. Only when all targets fail
 * is that a fault; one of several is a value, `down`, that the check judges.
 */
export const feed: Kind<FeedOptions> = {
	values: FEED_VALUES,
	facts: FEED_FACTS,
	expect: [
		{ that: 'down == ""', else: "warning" },
		{ that: 'stale_list == ""', else: "warning" },
	],
	keepsNotes: hasRate,
	named: (options) => ({ values: feedValues(options), always: feedExpected(options) }),
	async measure(options, context) {
		const { lookAtFeeds } = await import("./feed-look.ts");
		return lookAtFeeds(options, context);
	},
};
