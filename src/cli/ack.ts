import { configFile } from "./config-file.ts";
import { EXIT } from "./exit.ts";
import type { Verb } from "./io.ts";
import { requireConfig } from "./source.ts";
import { loginName, talk, whenItHolds } from "./talk.ts";

export interface AckOptions {
	readonly config?: string;
	readonly instance: string;
	readonly check: string;
	readonly comment: string;
	readonly author?: string;
}

/** `ack`: somebody works on the open incident: no reminders and no escalation until it is over. */
export const ack: Verb<AckOptions> = async ({ config: file, instance, check, comment, author = loginName() }, io) => {
	const config = requireConfig(configFile(file, io.env), io, { quiet: true });
	const acked = await talk<{ key: string }>(config, "/ack", { instance, check, comment, author }, io);
	const text = `${acked.value.key} is acknowledged: no reminders and no escalation until it is over.`;
	io.terminal.out(`${text} ${whenItHolds(acked)}`.trimEnd());
	return EXIT.ok;
};
