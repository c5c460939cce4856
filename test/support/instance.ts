import type { Instance } from "../../src/dss/instance.ts";
import { Secret } from "../../src/model/secret.ts";

/** An instance with the key `probe-key`; change what a test is about. */
export function makeInstance(url: string, changes: Partial<Instance> = {}): Instance {
	return {
		name: "design",
		url,
		apiKey: new Secret("probe-key"),
		apiPrefix: "/public/api",
		labels: {},
		tls: { verify: true },
		...changes,
	};
}
