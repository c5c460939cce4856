import * as z from "zod";
import type { Log } from "../log.ts";
import { duration, parseDuration } from "../model/duration.ts";
import { Secret } from "../model/secret.ts";
import { rate } from "./rate.ts";

/** A default that is written as users write it. */
const milliseconds = (text: string) => parseDuration(text) as number;

/** Options that every channel type has. */
export const sharedOptions = (timeout: string) => ({
	fallback: z
		.string()
		.optional()
		.describe("Channel that is told instead when this one refuses a message or was given up on."),
	timeout: duration().default(milliseconds(timeout)).describe("Longest time of one attempt."),
	give_up_after: duration()
		.default(milliseconds("24h"))
		.describe("Attempts are repeated with growing pauses (1 s to 1 h) for this long; then the fallback is told."),
	rate: rateOption().optional(),
});

export const rateOption = () =>
	rate().describe("Attempts are never made faster than this, spread evenly: 1/s, 30/m, 100/h. More messages wait.");

/** An address that holds secrets (user, password, tokens in path or query): text in, a `Secret` out. */
export const secretUrl = (isRight: (url: URL) => string | undefined) =>
	z.string().transform((text, context) => {
		const wrong = URL.canParse(text) ? isRight(new URL(text)) : "is not an address";
		if (wrong === undefined) return new Secret(text);
		// The input is not repeated: it may hold a password.
		context.issues.push({ code: "custom", input: undefined, message: wrong });
		return z.NEVER;
	});

/** For `secretUrl`: an address of the web. */
export function isWebUrl(url: URL): string | undefined {
	return /^https?:$/.test(url.protocol) ? undefined : "is not an http:// or https:// address";
}

/** What a channel needs from outside to be built. */
export interface ChannelDeps {
	readonly log: Log;
	/** Reads a file named in the options (tls.ca). May throw: the channel is then not built. */
	readText(path: string): string;
}

/** The authority's certificates as PEM text; the option may name a file or already hold the text. */
export function readCa(ca: string | undefined, { readText }: ChannelDeps): string | undefined {
	return ca === undefined || ca.includes("-----BEGIN ") ? ca : readText(ca);
}

/** The part of a channel that follows from the shared options. */
export function channelLimits(options: {
	timeout: number;
	give_up_after: number;
	fallback?: string | undefined;
	rate?: number | undefined;
}) {
	return {
		timeoutMs: options.timeout,
		giveUpAfterMs: options.give_up_after,
		...(options.fallback === undefined ? {} : { fallback: options.fallback }),
		...(options.rate === undefined ? {} : { spacingMs: options.rate }),
	};
}
