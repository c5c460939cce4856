import { expect, test } from "vitest";
import type { Handshake } from "../../src/dss/handshake.ts";
import { faultFinding, judgeConnections, judgeHandshake, peerOf, receiverFault } from "../../src/examine/way.ts";
import type { Fault } from "../../src/model/sample.ts";
import { MONDAY_MORNING } from "../support/clock.ts";

const DAY = 86_400_000;
const UNTRUSTED: Fault = {
	code: "certificate_untrusted",
	text: "dss: the certificate of dss, issued by Me, is not trusted",
};

function judged(shown: Partial<Handshake>, verify = true, blame: typeof receiverFault = faultFinding) {
	const good = { protocol: "TLSv1.3", issuer: "Corp CA", names: "dss, dss.example", endsAt: MONDAY_MORNING + 90 * DAY };
	const findings = judgeHandshake({ ...good, isOwnEnd: true, ...shown }, { verify, now: MONDAY_MORNING, blame });
	return findings.map(({ level, seen }) => `${level}: ${seen}`);
}

test.each<[string, Partial<Handshake>, readonly string[]]>([
	["long good", {}, ["ok: TLSv1.3, dss, dss.example, issued by Corp CA, 90 days left"]],
	[
		"21 days",
		{ endsAt: MONDAY_MORNING + 21 * DAY },
		["ok: TLSv1.3, dss, dss.example, issued by Corp CA, 21 days left"],
	],
	["20 days", { endsAt: MONDAY_MORNING + 20 * DAY }, ["warning: the certificate ends in 20 d (2026-01-25)"]],
	["2 days", { endsAt: MONDAY_MORNING + 2 * DAY }, ["critical: the certificate ends in 2 d (2026-01-07)"]],
	["over", { endsAt: MONDAY_MORNING - 3 * DAY }, ["critical: the certificate ended 3 d ago (2026-01-02)"]],
	[
		"an intermediate ends first",
		{ endsAt: MONDAY_MORNING + 5 * DAY, isOwnEnd: false },
		["warning: a certificate above the server's own ends in 5 d (2026-01-10)"],
	],
	["not trusted", { refused: UNTRUSTED }, [`critical: TLS certificate from an unknown authority: ${UNTRUSTED.text}`]],
])("a certificate: %s", (_, shown, findings) => {
	expect(judged(shown)).toEqual(findings);
});

test("a certificate that nobody verifies is warned about, whether it is good or not", () => {
	expect(judged({}, false)[1]).toBe("warning: any certificate is accepted, although this one is in order");
	expect(judged({ refused: UNTRUSTED }, false)[1]).toBe(
		`warning: any certificate is accepted, and this one should not be: ${UNTRUSTED.text}`,
	);
});

test("of a receiver nothing is said about DSS", () => {
	expect(judged({ refused: UNTRUSTED }, true, receiverFault)).toEqual([`critical: ${UNTRUSTED.text}`]);
	for (const code of [
		"connection_refused",
		"connect_timeout",
		"certificate_expired",
		"tls_failed",
		"dns_not_found",
	] as const) {
		expect(JSON.stringify(receiverFault({ code, text: "x" }))).not.toMatch(/DSS|DATADIR|nginx/);
	}
});

test("one address of several that cannot be reached is a warning, all of them are critical", () => {
	const good = { address: "192.0.2.1", ms: 3 };
	const bad = {
		address: "2001:db8::1",
		ms: 5,
		fault: { code: "host_unreachable", text: "[2001:db8::1]:443: no route" },
	} as const;
	const seen = (tried: Parameters<typeof judgeConnections>[0]) =>
		judgeConnections(tried, 443, faultFinding).map((finding) => `${finding.level}: ${finding.seen}`);
	expect(seen([good])).toEqual(["ok: port 443 is open (3 ms)"]);
	expect(seen([good, { ...good, ms: 9 }])).toEqual(["ok: port 443 is open on 2 addresses (9 ms)"]);
	expect(seen([good, bad])).toEqual([
		"ok: port 443 is open (3 ms)",
		"warning: one of its addresses cannot be reached: [2001:db8::1]:443: no route",
	]);
	expect(seen([bad])).toEqual(["critical: host unreachable: [2001:db8::1]:443: no route"]);
});

test.each([
	["https://dss.example", "dss.example", 443, true],
	["http://dss.example:11200/prefix", "dss.example", 11_200, false],
	["https://[2001:db8::1]:8443/", "2001:db8::1", 8_443, true],
])("the server behind %s", (url, host, port, isSecure) => {
	expect(peerOf(url, { verify: true })).toMatchObject({ host, port, isSecure });
});
