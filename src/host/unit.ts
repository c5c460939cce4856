import { join } from "node:path";
import type { Host } from "./host.ts";
import { readText } from "./read.ts";

/** What to do about it, in the words of docs/host.md. */
const REMEDY = "a unit of systemd hides it from dss-probe; give the service the drop-in host.conf (docs/host.md)";

/**
 * Whether the unit that dss-probe runs in hides the machine itself (`ProcSubset=pid`). It leaves in /proc nothing but processes.
 *
 * @returns the reason and what to do; undefined where nothing speaks for it
 */
export async function machineHidden({ proc }: Host): Promise<string | undefined> {
	const mounts = await readText(join(proc, "self/mounts"));
	const isHidden = mounts.ok && /^\S+ \/proc proc \S*\bsubset=pid\b/m.test(mounts.text);
	return isHidden ? `${proc} shows processes only: ${REMEDY}` : undefined;
}

/** The same for a folder (`ProtectHome=`, `InaccessiblePaths=`): systemd lays an empty one of its own over it. */
export async function folderHidden({ proc }: Host, path: string): Promise<string | undefined> {
	const mounts = await readText(join(proc, "self/mountinfo"));
	if (!mounts.ok) return undefined;
	for (const line of mounts.text.split("\n")) {
		const [, , , root = "", point = ""] = line.split(" ");
		const isAbove = path === point || path.startsWith(`${point}/`);
		if (isAbove && root.startsWith("/systemd/inaccessible/")) return `${point}: ${REMEDY}`;
	}
	return undefined;
}
