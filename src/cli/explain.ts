import { explain, explanationJson } from "../app/explain.ts";
import { createOnlooker } from "../app/onlooker.ts";
import { SELF } from "../app/self.ts";
import { systemClock } from "../clock.ts";
import type { Config } from "../config/alerts.ts";
import { didYouMean } from "../config/suggest.ts";
import { parseDuration } from "../model/duration.ts";
import { redactor } from "../model/secret.ts";
import { configFile } from "./config-file.ts";
import { EXIT, UserError } from "./exit.ts";
import { explanationText } from "./explain-text.ts";
import type { Verb } from "./io.ts";
import { readStore } from "./read-store.ts";
import { requireConfig } from "./source.ts";
import { parseMoment } from "./times.ts";

export interface ExplainOptions {
	readonly config?: string;
	readonly instance: string;
	readonly check: string;
	/** The end of the time that is explained; now where it is absent. */
	readonly at?: string;
	/** How long before that. */
	readonly since: string;
	readonly json?: boolean;
}

/** `explain`: what happened to a check, who was told of it and who was not, and why. Reads the store only. */
export const explainVerb: Verb<ExplainOptions> = async (options, io) => {
	const { terminal } = io;
	const config = requireConfig(configFile(options.config, io.env), io, { quiet: true });
	const key = `${options.instance}/${options.check}`;
	const since = parseDuration(options.since);
	if (since === undefined) throw new UserError(`${options.since} is not a duration such as 2h`, EXIT.usage);
	const to = options.at === undefined ? undefined : parseMoment(options.at, systemClock.now(), "last");
	const told = await readStore(config.store.path, (store) => {
		const { ledger, pipeline } = createOnlooker(config, systemClock, store.load());
		requireKnown(key, config, store.transitions(key, 1).length > 0);
		const told = explain({ clock: systemClock, config, ledger, pipeline, store }, key, since, to);
		pipeline.stop();
		return told;
	});
	const redact = redactor(config.secrets);
	terminal.out(redact(options.json ? JSON.stringify(explanationJson(told)) : explanationText(told, terminal.paint)));
	return EXIT.ok;
};

/** What is not watched can be explained as long as something of it is remembered. */
function requireKnown(key: string, config: Config, isRemembered: boolean): void {
	const known = [...config.checks.map((check) => check.key), SELF.key];
	if (isRemembered || known.includes(key)) return;
	const hint = didYouMean(key, known) ?? `there are: ${known.slice(0, 10).join(", ")}`;
	throw new UserError(`there is no check ${key}; ${hint}`, EXIT.usage);
}
