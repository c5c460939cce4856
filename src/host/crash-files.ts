import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** A report that a Java machine left when it crashed. */
export interface CrashFile {
	readonly name: string;
	/** ms since 1970 UTC. */
	readonly at: number;
}

/** The reports in a folder, oldest first; none where it cannot be read. */
export async function listCrashFiles(folder: string): Promise<readonly CrashFile[]> {
	const names = await readdir(folder).catch(() => []);
	const found: CrashFile[] = [];
	for (const name of names.filter((one) => /^hs_err_pid\d+\.log$/.test(one))) {
		const stats = await stat(join(folder, name)).catch(() => undefined);
		if (stats) found.push({ name, at: Math.floor(stats.mtimeMs) });
	}
	return found.toSorted((a, b) => a.at - b.at);
}
