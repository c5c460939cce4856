import type { Line } from "./line.ts";

/** Idle lines that may be used again, newest last. An idle line does not keep the process alive. */
const idle = new Map<string, Line[]>();

/** Most idle lines per server: as many as the program has requests on their way at a time. Fewer would be cut and opened in turn. */
const MOST = 50;

/** Takes an idle line out, the one that was used last; undefined where there is none. */
export function takeLine(key: string): Line | undefined {
	const lines = idle.get(key);
	if (!lines) return undefined;
	let line = lines.pop();
	while (line?.dead) line = lines.pop();
	if (lines.length === 0) idle.delete(key);
	return line;
}

/** Puts a line back after its answer was read to the end; one that the server is closing is dropped. */
export function keepLine(line: Line): void {
	const lines = idle.get(line.key) ?? [];
	if (line.dead || lines.length >= MOST) {
		line.cut();
		return;
	}
	lines.push(line);
	idle.set(line.key, lines);
}

/** Closes every idle line. */
export function closeKeptLines(): void {
	for (const lines of idle.values()) for (const line of lines) line.cut();
	idle.clear();
}
