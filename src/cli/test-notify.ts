import { redactor } from "../model/secret.ts";
import type { Outcome } from "../notify/channel.ts";
import { tryChannel } from "../notify/trial.ts";
import { surroundings } from "./around.ts";
import { configFile } from "./config-file.ts";
import { EXIT, UserError } from "./exit.ts";
import type { Verb } from "./io.ts";
import { requireConfig } from "./source.ts";
import { table } from "./terminal.ts";

export interface TestNotifyOptions {
	readonly config?: string;
	/** Which channels; all where none is named. */
	readonly channels: readonly string[];
}

/** `test-notify`: sends one harmless message to each channel and says what came of it. */
export const testNotify: Verb<TestNotifyOptions> = async ({ config: given, channels: wanted }, io) => {
	const { terminal } = io;
	const config = requireConfig(configFile(given, io.env), io);
	const unknown = wanted.filter((name) => !config.channels.has(name));
	if (unknown.length > 0) {
		const known = [...config.channels.keys()].join(", ") || "none";
		throw new UserError(`unknown channel ${unknown.join(", ")}; the configuration has: ${known}`, EXIT.usage);
	}
	const names = wanted.length > 0 ? wanted : [...config.channels.keys()];
	if (names.length === 0) throw new UserError("the configuration has no channels: nobody would be told", EXIT.config);
	const redact = redactor(config.secrets);
	const { clock, log, readText } = surroundings(io, "error", () => redact);
	const outcomes = await Promise.all(
		names.map(async (name): Promise<Outcome> => {
			const options = config.channels.get(name);
			if (!options) return { result: "rejected", error: "unknown" };
			return await tryChannel(name, options, { log, readText, clock });
		}),
	);
	const rows = outcomes.map((outcome, index) => {
		const sent = outcome.result === "sent";
		return [
			{ text: sent ? "SENT" : "FAILED", style: sent ? ("good" as const) : ("bad" as const) },
			{ text: names[index] ?? "" },
			{ text: config.channels.get(names[index] ?? "")?.type ?? "" },
			{ text: redact("error" in outcome ? outcome.error : "detail" in outcome ? (outcome.detail ?? "") : "") },
		];
	});
	terminal.out(table(terminal, ["RESULT", "CHANNEL", "TYPE", "DETAIL"], rows));
	return outcomes.every(({ result }) => result === "sent") ? EXIT.ok : EXIT.critical;
};
