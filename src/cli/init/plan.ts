import type { Discovery } from "../../discover/discover.ts";
import type { SecretSource } from "../named-secret.ts";

export type PlannedChannel =
	| { readonly type: "webhook" | "slack"; readonly url: SecretSource }
	/** `smtp` is a text where it holds no password. */
	| {
			readonly type: "email";
			readonly smtp: SecretSource | string;
			readonly from: string;
			readonly to: readonly string[];
	  };

/** Everything that `init` writes down. */
export interface Plan {
	readonly discovery: Discovery;
	readonly apiKey?: SecretSource;
	readonly adminKey?: SecretSource;
	/** File with the certificates of the authority of the node. */
	readonly ca?: string;
	readonly channels: readonly PlannedChannel[];
	readonly store: string;
	/** Address of the status page; undefined where there is to be none. */
	readonly listen?: string;
	/** The JSON Schema for editors; undefined where it cannot be found. */
	readonly schema?: string;
	/** Name of the environment file. */
	readonly envName: string;
	/** How the program is called. */
	readonly program: string;
}

/** The name under which a channel is written down. */
export const CHANNEL_NAME = { webhook: "hook", slack: "slack", email: "mail" } as const;

/** Every secret that the environment file has to keep. */
export function keptVariables({
	apiKey,
	adminKey,
	channels,
}: Pick<Plan, "apiKey" | "adminKey" | "channels">): readonly { readonly name: string; readonly value: string }[] {
	const sources = [apiKey, adminKey, ...channels.map((one) => (one.type === "email" ? one.smtp : one.url))];
	return sources.filter((source) => typeof source === "object").filter((source) => source.kept === "variable");
}
