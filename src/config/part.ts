import type { Kinds } from "../probe/kinds.ts";
import { composeChecks } from "./compose-checks.ts";
import { type Disk, realDisk } from "./disk.ts";
import { toCheck } from "./expand.ts";
import { narrow, type Part } from "./narrow.ts";
import { type Loaded, readConfig } from "./read.ts";

/**
 * Reads no more than a part of a configuration of which all is known to be in order: see narrow. Nobody is told of anything
 * by it.
 *
 * @param part.kinds the kinds that its checks have; a check of another one is refused
 * @param sources.env the environment, for `${NAME}`
 * @param sources.disk where files are read from; the real one unless a test says otherwise
 */
export function loadPart(
	file: string,
	part: Part & { readonly kinds: Kinds },
	{ env, disk = realDisk }: { readonly env: Readonly<Record<string, string | undefined>>; readonly disk?: Disk },
): Loaded {
	return readConfig(file, { env, ...narrow(part, disk) }, (document, narrowed, open) => {
		const { instances, expanded, store, answers } = composeChecks(document, narrowed, open, part.kinds);
		const checks = [...expanded.drafts.values()].map((draft) => toCheck(draft, []));
		const untold = { channels: new Map(), routes: [], maintenance: [], sinks: new Map() };
		return { file: document.file, instances: instances.good, checks, ...untold, store, answers };
	});
}
