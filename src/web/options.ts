import * as z from "zod";
import { secret } from "../model/secret.ts";

/** The `web:` section. */
export const webOptions = z.strictObject({
	listen: z
		.string()
		.regex(/^.+:\d{1,5}$/, "is not an address and a port, such as 127.0.0.1:8600")
		.describe("Address and port of the status page, /healthz, /metrics and the JSON API."),
	token: secret().optional().describe("Bearer token that the JSON API, the page and /metrics then ask for."),
});
