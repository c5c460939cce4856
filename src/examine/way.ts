import type { Clock } from "../clock.ts";
import { findAddresses, type Handshake, knock, type Peer, shakeHands } from "../dss/handshake.ts";
import { CAUSES, hintFor } from "../model/cause.ts";
import { DAY_MS, formatDuration } from "../model/duration.ts";
import type { Fault } from "../model/sample.ts";
import { critical, type Examination, type Finding, ok, passable, skipped, warning } from "./examination.ts";
import { someOf } from "./words.ts";

/** Longest time of one step, ms. */
const STEP_MS = 5_000;
/** A certificate is renewed before this; from the second on it is late. */
const SOON_DAYS = 21;
const LATE_DAYS = 3;

/** Says what a fault on the way means, and what to do about it: that differs between a DSS and whoever takes messages. */
export type Blame = (fault: Fault) => Finding;

/** A fault of an instance, in the words of the program. */
export const faultFinding = (fault: Fault, level: typeof critical | typeof warning = critical): Finding =>
	level(`${CAUSES[fault.code].text}: ${fault.text}`, hintFor(fault.code));

/** A fault of a receiver of messages: none of it is about DSS. */
export const receiverFault: Blame = (fault) => critical(fault.text, receiverTodo(fault.code));

function receiverTodo(code: Fault["code"]): string {
	switch (code) {
		case "dns_not_found":
			return "Check the host name in the channel's address.";
		case "connection_refused":
			return "Nothing listens there: check host and port in the channel's address, and that the receiver runs.";
		case "connect_timeout":
		case "host_unreachable":
			return "A firewall drops it, or the machine is down: ask for the way out from here to be opened.";
		case "certificate_untrusted":
			return "Where the receiver is your own: name its authority, tls: { ca: /path/to/ca.pem }, or install the missing intermediate there.";
		case "certificate_expired":
		case "certificate_hostname":
			return "Have the receiver's certificate renewed for the name in the channel's address.";
		case "tls_failed":
			return "Check scheme and port of the channel's address: the port may not speak TLS.";
		default:
			return hintFor(code);
	}
}

/** The server that an address of the web names. */
export function peerOf(url: string, tls: Peer["tls"]): Peer & { readonly isSecure: boolean } {
	const { hostname, port, protocol } = new URL(url);
	const isSecure = protocol === "https:";
	return {
		host: hostname.replace(/^\[|\]$/g, ""),
		port: Number(port) || (isSecure ? 443 : 80),
		tls,
		isSecure,
	};
}

/** Name and connection: the first two examinations of every server. They share the addresses that were found. */
export function wayExaminations(peer: Peer, clock: Clock, blame: Blame = faultFinding): readonly Examination[] {
	let addresses: readonly string[] = [];
	const name: Examination = {
		name: "name",
		isVital: true,
		async examine(signal) {
			const found = await findAddresses(peer, { signal, clock, timeoutMs: STEP_MS });
			if (!found.ok) return [blame(found.fault)];
			addresses = found.value;
			return [
				ok(addresses[0] === peer.host ? `${peer.host} is an address` : `${peer.host} is ${someOf(addresses, 4)}`),
			];
		},
	};
	const connection: Examination = {
		name: "connection",
		isVital: true,
		async examine(signal) {
			const tried = await Promise.all(
				addresses.map(async (address) => {
					const start = clock.monotonic();
					const step = await knock(address, peer, { signal, clock, timeoutMs: STEP_MS });
					return { address, ms: clock.monotonic() - start, ...(!step.ok && { fault: step.fault }) };
				}),
			);
			return judgeConnections(tried, peer.port, blame);
		},
	};
	return [name, connection];
}

/** @param tried every address of one host, with the fault where it could not be reached */
export function judgeConnections(
	tried: readonly { readonly address: string; readonly ms: number; readonly fault?: Fault }[],
	port: number,
	blame: Blame,
): readonly Finding[] {
	const reached = tried.filter(({ fault }) => !fault);
	const failed = tried.flatMap(({ fault }) => fault ?? []);
	const slowest = Math.max(0, ...reached.map(({ ms }) => ms));
	const many = reached.length === 1 ? `port ${port} is open` : `port ${port} is open on ${reached.length} addresses`;
	const good = reached.length > 0 ? [ok(`${many} (${formatDuration(slowest)})`)] : [];
	if (reached.length === 0) return failed.map((fault) => blame(fault));
	return [
		...good,
		...failed.map((fault) =>
			warning(
				`one of its addresses cannot be reached: ${fault.text}`,
				"Looks that try this address first are late or fail: take it out of the DNS, or mend it.",
			),
		),
	];
}

/** TLS from the first byte on. */
export const tlsExamination = (peer: Peer, clock: Clock, blame: Blame = faultFinding): Examination => ({
	name: "TLS",
	isVital: true,
	async examine(signal) {
		const shaken = await shakeHands(peer, { signal, clock, timeoutMs: STEP_MS });
		return shaken.ok
			? judgeHandshake(shaken.value, { verify: peer.tls.verify, now: clock.now(), blame })
			: [blame(shaken.fault)];
	},
});

/** @param around.verify whether a certificate that is not to be trusted is refused */
export function judgeHandshake(
	shown: Handshake,
	{ verify, now, blame }: { readonly verify: boolean; readonly now: number; readonly blame: Blame },
): readonly Finding[] {
	const { protocol, issuer, names, endsAt, isOwnEnd, refused } = shown;
	const findings: Finding[] = [];
	if (refused && verify) return [blame(refused)];
	const days = (endsAt - now) / DAY_MS;
	const whole = Math.floor(days);
	const seen = `${protocol}, ${someOf(names.split(", "))}, issued by ${issuer}, ${whole} ${whole === 1 ? "day" : "days"} left`;
	const whose = isOwnEnd ? "the certificate" : "a certificate above the server's own";
	const date = new Date(endsAt).toISOString().slice(0, 10);
	const soon = `${whose} ends in ${formatDuration(endsAt - now)} (${date})`;
	if (days >= SOON_DAYS) findings.push(ok(seen));
	else if (days >= LATE_DAYS) findings.push(warning(soon, hintFor("certificate_expiring")));
	else {
		// Until it ends, and where nobody verifies it also afterwards, requests go through.
		const isOver = days <= 0;
		const late = isOver
			? critical(`${whose} ended ${formatDuration(now - endsAt)} ago (${date})`, hintFor("certificate_expired"))
			: critical(soon, hintFor("certificate_expiring"));
		findings.push(passable(late));
	}
	if (!verify) {
		const seenUnverified = refused
			? `any certificate is accepted, and this one should not be: ${refused.text}`
			: "any certificate is accepted, although this one is in order";
		const todo = refused
			? "Name the authority that issued it, tls: { ca: /path/to/ca.pem }, and take verify: false away."
			: "Take verify: false away: it is not needed.";
		findings.push(warning(seenUnverified, todo));
	}
	return findings;
}

/** A server that is spoken to in clear. */
export const inClear = (why: string): Examination => ({ name: "TLS", examine: () => [skipped(why)] });
