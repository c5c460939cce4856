import { afterAll, describe, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { Instance } from "../../src/dss/instance.ts";
import type { Exchange } from "../../src/dss/reply.ts";
import { request } from "../../src/dss/transport.ts";
import { makeAuthority } from "../support/certificates.ts";
import { answer, faultServer, hang } from "../support/fault-server.ts";

const authority = makeAuthority();
afterAll(authority.close);

const good = authority.issue("IP:127.0.0.1,DNS:dss.example");

function get(url: string, tls: Instance["tls"], totalMs = 5_000): Promise<Exchange> {
	return request({
		url,
		method: "GET",
		headers: {},
		tls,
		signal: new AbortController().signal,
		clock: systemClock,
		connection: "fresh",
		timeouts: { totalMs },
	});
}

async function faultWith(pair: typeof good, tls: Instance["tls"]) {
	await using server = await faultServer(answer("200 OK", "ok"), { tls: pair });
	const exchange = await get(server.url, tls);
	if (exchange.ok) throw new Error("no fault");
	expect(server.requests).toEqual([]);
	return { ...exchange.fault, ...exchange.progress };
}

const ours = { ca: authority.ca, verify: true };

test("a server with a certificate of our own authority is trusted, and its last day is known", async () => {
	await using server = await faultServer(answer("200 OK", "ok"), { tls: good });
	const exchange = await get(server.url, ours);
	if (!exchange.ok) throw new Error(exchange.fault.text);
	const { timings, certificate } = exchange.reply;
	expect(certificate?.validTo).toBe(Date.UTC(2099, 11, 31, 23, 59, 59));
	expect(certificate?.daysLeft).toBeCloseTo((Date.UTC(2099, 11, 31, 23, 59, 59) - Date.now()) / 86_400_000, 2);
	expect(timings.tls).toBeGreaterThan(0);
	const { dns, connect, tls, firstByte, transfer, total } = timings;
	expect(dns + connect + tls + firstByte + transfer).toBeCloseTo(total, 9);
});

describe("nothing is sent to a server whose certificate", () => {
	test("has expired; its last day is told all the same", async () => {
		const old = authority.issue("IP:127.0.0.1", ["20200101000000Z", "20210101000000Z"]);
		const { code, text, certificate } = await faultWith(old, ours);
		expect(code).toBe("certificate_expired");
		expect(text).toContain("2021-01-01T00:00:00Z");
		expect(certificate?.daysLeft).toBeLessThan(-1_000);
	});

	test("is not yet valid", async () => {
		const early = authority.issue("IP:127.0.0.1", ["20980101000000Z", "20990101000000Z"]);
		const { code, text } = await faultWith(early, ours);
		expect(code).toBe("certificate_not_yet_valid");
		expect(text).toContain("2098-01-01T00:00:00Z");
	});

	test("comes from an unknown authority", async () => {
		const { code, text } = await faultWith(good, { verify: true });
		expect(code).toBe("certificate_untrusted");
		expect(text).toContain("Test Authority");
	});

	test("signed itself", async () => {
		expect((await faultWith(authority.selfSigned("IP:127.0.0.1"), ours)).code).toBe("certificate_untrusted");
	});

	test("is for another host", async () => {
		const { code, text } = await faultWith(authority.issue("DNS:other.example"), ours);
		expect(code).toBe("certificate_hostname");
		expect(text).toMatch(/other\.example.*127\.0\.0\.1/);
	});
});

test("with verify off any certificate is accepted", async () => {
	await using server = await faultServer(answer("200 OK", "ok"), { tls: authority.issue("DNS:other.example") });
	expect(await get(server.url, { verify: false })).toMatchObject({ ok: true, reply: { status: 200 } });
});

test("a port without TLS is named as such", async () => {
	await using server = await faultServer(answer("200 OK", "ok"), {
		onConnect: (socket) => void socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"),
	});
	const exchange = await get(server.url.replace("http:", "https:"), ours);
	expect(exchange).toMatchObject({ ok: false, fault: { code: "tls_failed" } });
	expect(exchange.ok || exchange.fault.text).not.toMatch(/ssl3_|record\.c/);
});

test("a TLS handshake that nobody answers ends at the deadline", async () => {
	await using server = await faultServer(hang);
	const exchange = await get(server.url.replace("http:", "https:"), ours, 80);
	expect(exchange).toMatchObject({ ok: false, fault: { code: "tls_failed" } });
	expect(exchange.ok || exchange.progress.timings.tls).toBeGreaterThan(0.05);
});

test("an authority file that holds no certificate is our own mistake", async () => {
	await using server = await faultServer(answer("200 OK", "ok"), { tls: good });
	const exchange = await get(server.url, {
		ca: "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----",
		verify: true,
	});
	expect(exchange).toMatchObject({ ok: false, fault: { code: "prober_misconfigured" } });
});
