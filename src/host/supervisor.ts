/** The states of a program in the words of supervisord. */
const STATES = ["STOPPED", "STARTING", "RUNNING", "BACKOFF", "STOPPING", "EXITED", "FATAL", "UNKNOWN"] as const;
export type ProgramState = (typeof STATES)[number];

/** One program under supervisord. */
export interface Program {
	readonly name: string;
	readonly state: ProgramState;
	readonly pid?: number;
	/** Seconds, of a program that runs. */
	readonly uptime?: number;
	/** Other words of supervisord, such as why it does not run. */
	readonly words?: string;
}

const LINE = new RegExp(`^(\\S*[^\\s:])\\s+(${STATES.join("|")})\\b\\s*(.*)$`);

/** Reads the table of `supervisorctl status`: one program a line. Lines of another shape are left out. */
export function parsePrograms(output: string): readonly Program[] {
	return output.split(/\r?\n/).flatMap((line): readonly Program[] => {
		const [, name, state, rest = ""] = LINE.exec(line) ?? [];
		if (name === undefined) return [];
		const running = /^pid (\d+), uptime (.+)$/.exec(rest.trim());
		const uptime = running ? parseUptime(running[2] as string) : undefined;
		return [
			{
				name,
				state: state as ProgramState,
				...(running && { pid: Number(running[1]) }),
				...(uptime !== undefined && { uptime }),
				...(!running && rest.trim() !== "" && { words: rest.trim() }),
			},
		];
	});
}

/** Reads `3:12:07`, `1 day, 3:04:05` or `12 days, 3:04:05`. */
export function parseUptime(text: string): number | undefined {
	const found = /^(?:(\d+) days?, )?(\d+):(\d\d):(\d\d)$/.exec(text.trim());
	if (!found) return undefined;
	const [days = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((part) => Number(part ?? 0));
	return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

/** Whether these are the words of a command that found no supervisord, and not those of one that may not ask it. */
export function saysNotRunning(output: string): boolean {
	return /\bno such file\b|\brefused connection\b|\bconnection refused\b|\b(?:is )?not running\b/i.test(output);
}
