import { type Discovery, discover } from "../../src/discover/discover.ts";
import type { Instance } from "../../src/dss/instance.ts";
import { Secret } from "../../src/model/secret.ts";
import { virtualClock } from "./clock.ts";
import { makeInstance } from "./instance.ts";
import { ADMIN_KEY, PLAIN_KEY } from "./simulator.ts";

/** Asks a node on loopback what it is, with both keys of a simulated one unless `changes` say otherwise. */
export function discovered(
	url: string,
	changes: Partial<Instance> = {},
	how: { readonly tenant?: string } = {},
): Promise<Discovery> {
	const keys = { apiKey: new Secret(PLAIN_KEY), adminKey: new Secret(ADMIN_KEY) };
	const signal = new AbortController().signal;
	return discover(makeInstance(url, { ...keys, ...changes }), {
		clock: virtualClock(),
		signal,
		timeoutMs: 5_000,
		...how,
	});
}

/** The same instance without any key. */
export async function discoveredWithoutKey(url: string): Promise<Discovery> {
	const { apiKey: _key, ...keyless } = makeInstance(url);
	return await discover(keyless, { clock: virtualClock(), signal: new AbortController().signal, timeoutMs: 5_000 });
}
