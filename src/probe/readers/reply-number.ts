import * as z from "zod";

/** A number in a reply. Proxies and older versions of DSS write some as text. */
export function replyNumber() {
	return z.preprocess(
		(given) => (typeof given === "string" && /^-?\d+(?:\.\d+)?$/.test(given) ? Number(given) : given),
		z.number(),
	);
}
