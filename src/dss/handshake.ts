import { lookup } from "node:dns/promises";
import { isIP, connect as openTcp, type Socket } from "node:net";
import { type DetailedPeerCertificate, connect as openTls, type TLSSocket } from "node:tls";
import type { Clock } from "../clock.ts";
import type { Fault } from "../model/sample.ts";
import { refusedCertificate } from "./certificate.ts";
import { networkFault, type Phase, timeoutFault } from "./errors.ts";
import type { Instance } from "./instance.ts";
import { contextFor } from "./trust.ts";

/** The server that is to be reached. */
export interface Peer {
	/** A name or an address, without brackets. */
	readonly host: string;
	readonly port: number;
	readonly tls: Instance["tls"];
}

export interface StepDeps {
	readonly signal: AbortSignal;
	readonly clock: Clock;
	/** Longest time of one step, ms. */
	readonly timeoutMs: number;
}

export type Step<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };

/** What a TLS server has shown of itself. */
export interface Handshake {
	/** `TLSv1.3`. */
	readonly protocol: string;
	readonly issuer: string;
	/** The names that the certificate is good for. */
	readonly names: string;
	/** When the first of the certificates that were shown ends, ms since 1970 UTC, and whether that is the server's own. */
	readonly endsAt: number;
	readonly isOwnEnd: boolean;
	/** Why the certificate is not to be trusted; absent where it is. */
	readonly refused?: Fault;
}

/** All addresses of a host, in the order in which they are tried. */
export function findAddresses({ host, port }: Peer, deps: StepDeps): Promise<Step<readonly string[]>> {
	if (isIP(host) !== 0) return Promise.resolve({ ok: true, value: [host] });
	return step("dns", `${host}:${port}`, deps, async () => {
		const found = await lookup(host, { all: true });
		return [...new Set(found.map(({ address }) => address))];
	});
}

/** Opens a connection to one address and closes it. */
export function knock(address: string, { port }: Peer, deps: StepDeps): Promise<Step<undefined>> {
	return step("connect", hostText(address, port), deps, (begun) => {
		const { promise, resolve, reject } = Promise.withResolvers<undefined>();
		const socket = openTcp({ host: address, port });
		begun(socket);
		socket.once("error", reject).once("connect", () => resolve(undefined));
		return promise;
	});
}

/** Shakes hands and closes. The certificate is judged afterwards, so that a refused one is described, too. */
export function shakeHands(peer: Peer, deps: StepDeps): Promise<Step<Handshake>> {
	const { host, port, tls } = peer;
	return step("tls", hostText(host, port), deps, (begun) => {
		const { promise, resolve, reject } = Promise.withResolvers<Handshake>();
		const socket = openTls({
			host,
			port,
			...(isIP(host) === 0 && { servername: host }),
			secureContext: contextFor(tls.ca),
			rejectUnauthorized: false,
		});
		begun(socket);
		socket.once("error", reject).once("secureConnect", () => resolve(handshakeOf(socket, peer)));
		return promise;
	});
}

function handshakeOf(socket: TLSSocket, { host, port }: Peer): Handshake {
	const shown = socket.getPeerCertificate(true);
	const own = Date.parse(shown.valid_to);
	const endsAt = Math.min(...chainOf(shown).map(({ valid_to }) => Date.parse(valid_to)));
	const failed = { phase: "tls", host: hostText(host, port), elapsedMs: 0, received: 0 } as const;
	return {
		protocol: socket.getProtocol() ?? "an unknown protocol",
		issuer: first(shown.issuer?.CN) ?? first(shown.issuer?.O) ?? "an unnamed authority",
		names: shown.subjectaltname?.replace(/\b(?:DNS|IP Address):/g, "") ?? first(shown.subject?.CN) ?? "no name",
		endsAt,
		isOwnEnd: endsAt === own,
		...(!socket.authorized && { refused: networkFault(refusedCertificate(socket, host), failed) }),
	};
}

/** The server's certificate and those above it; a root refers to itself. */
function chainOf(shown: DetailedPeerCertificate): readonly DetailedPeerCertificate[] {
	const chain = [shown];
	for (let next = shown.issuerCertificate; next && !chain.includes(next) && next.valid_to; ) {
		if (chain.some(({ fingerprint256 }) => fingerprint256 === next.fingerprint256)) break;
		chain.push(next);
		next = next.issuerCertificate;
	}
	return chain;
}

function first(name: string | string[] | undefined): string | undefined {
	return Array.isArray(name) ? name[0] : name;
}

function hostText(host: string, port: number): string {
	return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

/** Does one step of the way within its time; whatever goes wrong is a fault of that phase. */
async function step<T>(
	phase: Phase,
	host: string,
	{ signal, clock, timeoutMs }: StepDeps,
	act: (begun: (socket: Socket) => void) => Promise<T>,
): Promise<Step<T>> {
	const start = clock.monotonic();
	const state = () => ({ phase, host, elapsedMs: clock.monotonic() - start, received: 0 });
	const { promise, resolve } = Promise.withResolvers<Step<T>>();
	const expire = () => resolve({ ok: false, fault: timeoutFault(state()) });
	const timer = clock.after(timeoutMs, expire);
	signal.addEventListener("abort", expire, { once: true });
	let socket: Socket | undefined;
	// Called with care: the authority's file may be unreadable, which throws at once.
	const acted = Promise.try(act, (opened: Socket) => {
		socket = opened;
	}).then(
		(value): Step<T> => ({ ok: true, value }),
		(error: unknown): Step<T> => ({ ok: false, fault: networkFault(error, state()) }),
	);
	try {
		return await Promise.race([acted, promise]);
	} finally {
		timer.cancel();
		signal.removeEventListener("abort", expire);
		socket?.on("error", () => {}).destroy();
	}
}
