import * as z from "zod";

/** A number in a reply. Proxies and older versions of DSS write some as text. */
export function replyNumber() {
	return z.union([
		z.number(),
		z
			.string()
			.regex(/^-?\d+(?:\.\d+)?$/, "is no number")
			.transform(Number),
	]);
}
