import type { z } from "zod";
import { Secret } from "../../src/model/secret.ts";
import type { ProbeContext } from "../../src/probe/kind.ts";
import { probe, probeOptions } from "../../src/probe/probe.ts";
import { makeInstance } from "./instance.ts";
import { probeContext } from "./probe-context.ts";
import { ADMIN_KEY, PLAIN_KEY, type SimulatedNode } from "./simulator.ts";

/** One look at a simulated node, at its own virtual time and with both of its keys. */
export function lookAt(
	{ url, clock }: SimulatedNode,
	options: z.input<typeof probeOptions>,
	changes: Partial<ProbeContext> = {},
) {
	const instance = makeInstance(url, { apiKey: new Secret(PLAIN_KEY), adminKey: new Secret(ADMIN_KEY) });
	return probe(probeOptions.parse(options), probeContext(url, { instance, clock, timeoutMs: 10_000, ...changes }));
}
