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
	admin_key: secret()
		.optional()
		.describe("API key with admin rights, only for the checks that need one. Default: api_key."),
	api_prefix: z
		.enum(["/public/api", "/dip/publicapi"])
		.default("/public/api")
		.describe("Path of the public API: documented, or the one that the official client uses."),
	data_dir: z
		.string()
		.regex(/^\/[^\0]+$/, "is not the absolute path of a folder")
		.transform((path) => path.replace(/\/+$/, "") || "/")
		.optional()
		.describe("Data directory of DSS on this machine, for checks of the host: /data/dataiku/dss_data."),
	labels: z.record(z.string(), z.string()).default({}).describe("Labels for routes and for `on:` of checks."),
	tls: tlsOptions.prefault({}),
});

/** A DSS node as the probes see it. */
export interface Instance {
	readonly name: string;
	/** Without a slash at the end. */
	readonly url: string;
	readonly apiKey?: Secret;
	/** For calls that only an admin may make; without it apiKey is tried. */
	readonly adminKey?: Secret;
	readonly apiPrefix: "/public/api" | "/dip/publicapi";
	/** Absolute, without a slash at the end; only where DSS runs on this machine. */
	readonly dataDir?: string;
	readonly labels: Readonly<Record<string, string>>;
	readonly tls: {
		/** PEM text (already read from its file). */
		readonly ca?: string;
		readonly verify: boolean;
	};
}
