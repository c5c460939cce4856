import * as z from "zod";
import { type Secret, secret } from "../model/secret.ts";

export const tlsOptions = z.strictObject({
	ca: z
		.string()
		.optional()
		.describe("File with the PEM certificates of your own authority; they replace the system's."),
	verify: z.boolean().default(true).describe("false accepts any certificate. Warned about at every start."),
});

/** One entry under `instances:`. */
export const instanceOptions = z.strictObject({
	url: z
		.url({ protocol: /^https?$/, error: "is not an http:// or https:// address" })
		.describe("Base address of the DSS node, with the path prefix of a reverse proxy if there is one."),
	api_key: secret()
		.optional()
		.describe(
			"API key for the public API. Least rights for the canary: READ_CONF, RUN_JOBS, MONITOR_JOBS on its project.",
		),
	api_prefix: z
		.enum(["/public/api", "/dip/publicapi"])
		.default("/public/api")
		.describe("Path of the public API: documented, or the one that the official client uses."),
	labels: z.record(z.string(), z.string()).default({}).describe("Labels for routes and for `on:` of checks."),
	tls: tlsOptions.prefault({}),
});

/** A DSS node as the probes see it. */
export interface Instance {
	readonly name: string;
	/** Without a slash at the end. */
	readonly url: string;
	readonly apiKey?: Secret;
	readonly apiPrefix: "/public/api" | "/dip/publicapi";
	readonly labels: Readonly<Record<string, string>>;
	readonly tls: {
		/** PEM text (already read from its file). */
		readonly ca?: string;
		readonly verify: boolean;
	};
}
