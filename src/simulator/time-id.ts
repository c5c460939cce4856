/** `2025-11-20T10-15-30.123`: how job ids write their moment. DSS uses its own zone or UTC; here it is UTC. */
export function jobTime(at: number): string {
	return new Date(at).toISOString().slice(0, -1).replaceAll(":", "-");
}

/** `2025-11-20-10-15-30-255`: how ids of scenario runs and trigger firings write their moment. */
export function runTime(at: number): string {
	return new Date(at).toISOString().slice(0, -1).replaceAll(/[T:.]/g, "-");
}

/** `2025/11/20-10:15:30.123`: how lines of DSS logs begin. */
export function logTime(at: number): string {
	return new Date(at).toISOString().slice(0, -1).replaceAll("-", "/").replace("T", "-");
}

/** Counts a moment on, ms by ms, until its id is free: two jobs of one ms must not share one. */
export function freeMoment(at: number, isTaken: (moment: number) => boolean): number {
	let moment = at;
	while (isTaken(moment)) moment++;
	return moment;
}
