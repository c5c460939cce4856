import { systemClock } from "../clock.ts";
import { discoverChecks, discoverValues } from "../report/lld.ts";
import { masterJson, masterTrouble } from "../report/master.ts";
import { zabbixTrouble, zabbixValue } from "../report/zabbix-value.ts";
import { EXIT } from "./exit.ts";
import type { Asker, Io } from "./io.ts";
import { reportsFor, reportsForDiscovery } from "./reports.ts";
import { say } from "./say.ts";
import { type Asked, readWords } from "./zabbix-words.ts";

/** Zabbix's default Timeout is 3 s; the answer must be out before. */
const DEADLINE_MS = 2_500;

/**
 * `zabbix get INSTANCE CHECK [FIELD]`, `zabbix json INSTANCE` and `zabbix discover [INSTANCE] [--values]`: exactly one line on
 * stdout, silent stderr, exit code 0, never later than the deadline. What counts for Zabbix is only what is printed (Zabbix
 * manual, External checks), so trouble is told on that line, too: as 3, as `"probe":0`, or in words, which make an item of
 * numbers and a discovery not supported.
 *
 * @param words as Zabbix passes them, the verb first
 */
export async function zabbix(words: readonly string[], io: Asker): Promise<number> {
	const asked = await withDeadline(readWords(words));
	let isSaid = false;
	const answer = (line: string): void => {
		if (!isSaid) say(line);
		isSaid = true;
	};
	const trouble = (text: string): void => answer(troubleOf(asked, text));
	// Whatever happens, an answer is out in time. The clock began with the process.
	const late = systemClock.after(asked.deadlineMs - systemClock.monotonic(), () => {
		trouble(`no answer within ${asked.deadlineMs / 1_000} s`);
		io.exit(EXIT.ok);
	});
	const failed = (error: unknown): number => {
		trouble(error instanceof Error ? error.message : String(error));
		return EXIT.ok;
	};
	io.onCrash?.(failed);
	try {
		if (asked.problem === undefined) await answerTo(asked, io, answer, trouble);
		else trouble(asked.problem);
	} catch (error) {
		failed(error);
	}
	late.cancel();
	// What is still under way, such as a question to a daemon that hangs, is of no interest any more.
	return io.exit(EXIT.ok);
}

type Timed = Asked & { readonly deadlineMs: number };

/** What a duration is, is known to a file that needs more than the rest of an answer: loaded only where one is given. */
async function withDeadline(asked: Asked): Promise<Timed> {
	if (asked.deadline === undefined) return { ...asked, deadlineMs: DEADLINE_MS };
	const { parseDuration } = await import("../model/duration.ts");
	const deadlineMs = parseDuration(asked.deadline);
	if (deadlineMs !== undefined) return { ...asked, deadlineMs };
	return { problem: "--deadline is not a duration such as 2500ms", ...asked, deadlineMs: DEADLINE_MS };
}

async function answerTo(
	asked: Timed,
	io: Pick<Io, "env">,
	answer: (line: string) => void,
	trouble: (text: string) => void,
): Promise<void> {
	const { instance, check, field, isValues, config, socket } = asked;
	const question = {
		instance,
		endAt: asked.deadlineMs,
		...(config !== undefined && { config }),
		...(socket !== undefined && { socket }),
	};
	switch (asked.verb) {
		case "get": {
			const reported = await reportsFor({ ...question, check }, io);
			const [report] = reported.ok ? reported.value.checks : [];
			if (!reported.ok) return trouble(reported.trouble);
			return report ? answer(zabbixValue(report, field, systemClock.now())) : trouble("the answer is empty");
		}
		case "json": {
			const reported = await reportsFor(question, io);
			return reported.ok ? answer(masterJson(reported.value, systemClock.now())) : trouble(reported.trouble);
		}
		case "discover": {
			const reported = await reportsForDiscovery(question, io);
			if (!reported.ok) return trouble(reported.trouble);
			return answer(isValues ? discoverValues(reported.value) : discoverChecks(reported.value));
		}
	}
}

function troubleOf({ verb, instance, field, problem }: Asked, text: string): string {
	if (verb === "json") return masterTrouble(instance, text);
	return zabbixTrouble(text, verb === "get" && problem === undefined ? field : undefined);
}
