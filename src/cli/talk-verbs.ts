import type { Command } from "commander";
import type { Verb } from "./io.ts";

/** What the verbs below need from the program's own parser. */
export interface VerbDeps {
	/** The option that names the configuration. */
	readonly config: readonly [flags: string, description: string];
	readonly optionsOf: (command: Command) => object;
	/** Carries a verb out and keeps its exit code. */
	readonly carryOut: <Options>(verb: Verb<Options>, options: Options) => Promise<void>;
}

const SILENCE_HELP = `
A MATCH is a label and its value, as in a route's match: instance, check, severity, or a label of your own. All must fit.
A * in a value stands for any text. A label that is named twice means either value.

Examples:
  dss-probe silence add instance=design --for 2h --comment "DSS upgrade"
  dss-probe silence add instance=design "check=canary-*" --until 14:00 --comment "cluster is rebuilt"
  dss-probe silence list
  dss-probe silence end k3f7

Probing goes on. A problem that was told before is still told to be over. What is still bad when the silence ends is told
then. Silences last 30 d at most.

Exit codes: 0 done; 1 refused, for nothing would be silenced or there is no such silence; 64 wrong command line; 69 the daemon
cannot be reached by this user; 78 wrong configuration.`;

const ACK_HELP = `
Whoever was told of the problem is told once that somebody works on it. No reminders and no escalation follow until it is
over; its end is told as always. Refused where no incident is open.

Example:
  dss-probe ack design get-configuration --comment "restarting the backend"

Exit codes: 0 done; 1 refused, for no incident is open; 64 wrong command line; 69 the daemon cannot be reached by this user;
78 wrong configuration.`;

const OUTBOX_HELP = `
A dead letter is a message that its channel refused, or that was given up on. Replayed, it is delivered under the same id.
A problem that is over is not told any more, and nothing is told that a newer message has overtaken.

Examples:
  dss-probe outbox list
  dss-probe outbox replay 4f0c2a9d1b7e
  dss-probe outbox replay --all-dead

Exit codes: 0 done; 1 not all could be queued again; 64 wrong command line; 69 the daemon cannot be reached by this user;
78 wrong configuration.`;

const MAINTENANCE_HELP = `
Examples:
  dss-probe maintenance
  dss-probe maintenance --at "2026-03-29 02:30"

Exit codes: 0 shown; 64 wrong command line; 78 wrong configuration.`;

const EXPLAIN_HELP = `
A timeline: samples, state changes, and for each change what became of it on every channel: queued, sent, retried, dead,
muted and why, withdrawn. Then the present: who would be told now, and who would not. Reads the store only, whether or not
a daemon runs. Times are UTC.

Examples:
  dss-probe explain design get-configuration
  dss-probe explain design canary-job --since 1d
  dss-probe explain design canary-job --at "2026-01-05 03:00" --since 30m --json

Exit codes: 0 told; 64 there is no such check, or wrong command line; 69 the store is not there or cannot be read; 78 wrong
configuration.`;

/** Adds the verbs by which people talk to a running daemon, and ask why it told or did not tell. */
export function addTalkVerbs(program: Command, { config, optionsOf, carryOut }: VerbDeps): void {
	const silence = program
		.command("silence")
		.description("keep alerts quiet for a time")
		.addHelpText("after", SILENCE_HELP);
	silence
		.command("add")
		.description("nobody is told about alerts that match, until it ends")
		.argument("<match...>", "labels and their values, such as instance=design")
		.option("--for <duration>", "how long, such as 2h")
		.option("--until <time>", 'until when: 14:00, "2026-01-05 14:00" (local time) or 2026-01-05T14:00Z')
		.requiredOption("--comment <text>", "why")
		.option("--author <name>", "who (default: your login)")
		.option("--force", "also where nothing that is watched matches")
		.option(...config)
		.addHelpText("after", SILENCE_HELP)
		.action(async (matches: string[], _options, command: Command) => {
			const { silenceAdd } = await import("./silence.ts");
			await carryOut(silenceAdd, { ...(optionsOf(command) as { comment: string }), matches });
		});
	silence
		.command("list")
		.description("show the silences in force")
		.option("--all", "also those that are over")
		.option("--json", "print them as JSON")
		.option(...config)
		.action(async (_options, command: Command) => {
			await carryOut((await import("./silence.ts")).silenceList, optionsOf(command));
		});
	silence
		.command("end")
		.description("end a silence before its time; what is still bad is told at once")
		.argument("<id>", "as silence list shows it")
		.option(...config)
		.action(async (id: string, _options, command: Command) => {
			await carryOut((await import("./silence.ts")).silenceEnd, { ...optionsOf(command), id });
		});
	program
		.command("ack")
		.description("say that somebody works on an open incident")
		.argument("<instance>", "name of the instance")
		.argument("<check>", "name of the check")
		.requiredOption("--comment <text>", "what is done about it")
		.option("--author <name>", "who (default: your login)")
		.option(...config)
		.addHelpText("after", ACK_HELP)
		.action(async (instance: string, check: string, _options, command: Command) => {
			const options = optionsOf(command) as { comment: string };
			await carryOut((await import("./ack.ts")).ack, { ...options, instance, check });
		});
	const outbox = program.command("outbox").description("show and replay messages").addHelpText("after", OUTBOX_HELP);
	outbox
		.command("list")
		.description("show messages that wait and dead letters")
		.option("--dead", "dead letters only")
		.option("--waiting", "waiting messages only")
		.option("--all", "also what was sent")
		.option("--json", "print them as JSON")
		.option(...config)
		.action(async (_options, command: Command) => {
			await carryOut((await import("./outbox.ts")).outboxList, optionsOf(command));
		});
	outbox
		.command("replay")
		.description("queue dead letters again, under the same ids")
		.argument("[id]", "as outbox list shows it")
		.option("--all-dead", "all dead letters")
		.option(...config)
		.addHelpText("after", OUTBOX_HELP)
		.action(async (id: string | undefined, _options, command: Command) => {
			await carryOut((await import("./outbox.ts")).outboxReplay, { ...optionsOf(command), ...(id && { id }) });
		});
	program
		.command("maintenance")
		.description("show which maintenance windows are open, and when the next ones begin")
		.option("--at <time>", 'at another moment: 14:00, "2026-01-05 14:00" (local time) or 2026-01-05T14:00Z')
		.option("--json", "print them as JSON")
		.option(...config)
		.addHelpText("after", MAINTENANCE_HELP)
		.action(async (_options, command: Command) => {
			await carryOut((await import("./maintenance.ts")).maintenance, optionsOf(command));
		});
	program
		.command("explain")
		.description("tell what happened to a check, who was told and who was not, and why")
		.argument("<instance>", "name of the instance")
		.argument("<check>", "name of the check")
		.option("--at <time>", "the end of the time to explain (default: now)")
		.option("--since <duration>", "how long before that", "2h")
		.option("--json", "print it as JSON")
		.option(...config)
		.addHelpText("after", EXPLAIN_HELP)
		.action(async (instance: string, check: string, _options, command: Command) => {
			const options = optionsOf(command) as { since: string };
			await carryOut((await import("./explain.ts")).explainVerb, { ...options, instance, check });
		});
}
