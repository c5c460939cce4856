import { shownUrl } from "../dss/evidence.ts";
import type { Certificate, Progress, Reply, Timings } from "../dss/reply.ts";
import type { Value, Values, ValueTypes } from "../model/sample.ts";

/** What every kind can measure that sends one HTTP request. */
export const REPLY_VALUES = {
	status: { type: "int", summary: "HTTP status of the answer." },
	latency: {
		type: "double",
		unit: "s",
		summary: "From the start to the last byte of the answer: dns + connect + tls + first_byte + transfer.",
		blames: "backend_slow",
	},
	dns: { type: "double", unit: "s", summary: "Looking up the host name; 0 for an address or a kept connection." },
	connect: { type: "double", unit: "s", summary: "TCP handshake; 0 on a kept connection." },
	tls: { type: "double", unit: "s", summary: "TLS handshake; 0 over plain HTTP or on a kept connection." },
	first_byte: {
		type: "double",
		unit: "s",
		summary: "From sending the request to the first byte of the answer: the time the server thinks.",
		blames: "backend_slow",
	},
	transfer: { type: "double", unit: "s", summary: "From the first byte of the answer to its last." },
	total: { type: "double", unit: "s", summary: "The same as latency.", blames: "backend_slow" },
	size: { type: "int", unit: "B", summary: "Size of the body, unpacked." },
	content_type: { type: "string", summary: "Content type of the answer, without its parameters." },
	location: { type: "string", summary: "Where a redirect leads, without its query." },
	dss_version: { type: "string", summary: "Version of the DSS backend, which it tells on API answers." },
	tls_days_left: {
		type: "double",
		unit: "d",
		summary: "Days until the server's certificate ends; negative afterwards.",
		blames: "certificate_expiring",
	},
} as const satisfies ValueTypes;

/** What a whole answer measured. `url` is what was asked for: a redirect may be relative to it. */
export function replyValues(reply: Reply, url: string): Values {
	const values = headValues(reply.timings, reply.status, reply.headers, reply.certificate, url);
	values["size"] = reply.body.length;
	return values;
}

/** What was measured before a request broke off; nothing but the time where no server was reached. */
export function progressValues({ timings, status, headers, certificate }: Progress, url: string): Values {
	return headValues(timings, status, headers ?? {}, certificate, url);
}

function headValues(
	timings: Timings,
	status: number | undefined,
	headers: Readonly<Record<string, string>>,
	certificate: Certificate | undefined,
	url: string,
): Record<string, Value> {
	const values: Record<string, Value> = {
		latency: timings.total,
		dns: timings.dns,
		connect: timings.connect,
		tls: timings.tls,
		first_byte: timings.firstByte,
		transfer: timings.transfer,
		total: timings.total,
	};
	if (status !== undefined) values["status"] = status;
	const type = headers["content-type"];
	if (type !== undefined) values["content_type"] = type.split(";", 1)[0]?.trim().toLowerCase() ?? "";
	const location = headers["location"];
	if (location !== undefined) values["location"] = shownUrl(URL.parse(location, url)?.href ?? location);
	const version = headers["dss-version"];
	if (version !== undefined) values["dss_version"] = version;
	if (certificate) values["tls_days_left"] = certificate.daysLeft;
	return values;
}
