import * as z from "zod";
import { secret } from "../model/secret.ts";
import { parseAddress } from "./address.ts";

/** The `web:` section. */
export const webOptions = z.strictObject({
	listen: z
		.string()
		.refine((text) => parseAddress(text) !== undefined, "is not an address and a port, such as 127.0.0.1:8600")
		.describe("Address and port of the status page, /healthz, /metrics and the JSON API."),
	token: secret()
		.optional()
		.describe(
			"Token that the page, /metrics and the JSON API then ask for: as Bearer, or as the password of any user in a browser.",
		),
});

export type WebOptions = z.output<typeof webOptions>;
