import type { Kinds } from "../probe/kinds.ts";
import { composeChecks } from "./compose-checks.ts";
import { type Disk, realDisk } from "./disk.ts";
import { toCheck } from "./expand.ts";
import { type Gist, isWhole, rememberedFile } from "./gist.ts";
import { narrow, type Part } from "./narrow.ts";
import { type Loaded, readConfig } from "./read.ts";

/**
 * Reads no more than a part of a configuration of which all is known to be in order: see narrow. Nobody is told of anything
 * by it.
 *
 * @param file path of alerts.yaml, absolute
 * @param part.kinds the kinds that its checks have; a check of another one is refused
 * @param part.gist what stood in its files when all was in order, and still does
 * @param sources.env the environment, for `${NAME}`
 * @param sources.disk where files are read from; the real one unless a test says otherwise
 */
export async function loadPart(
	file: string,
	part: Part & { readonly kinds: Kinds; readonly gist: Gist },
	{ env, disk = realDisk }: { readonly env: Readonly<Record<string, string | undefined>>; readonly disk?: Disk },
): Promise<Loaded> {
	const { gist, kinds } = part;
	const readYaml = isWhole(gist, file) ? undefined : (await import("./yaml.ts")).readYaml;
	const isKnown = (path: string) => Object.hasOwn(gist.data, path);
	const sources = {
		env,
		disk: {
			...disk,
			readText: (path: string) => (isKnown(path) ? "" : disk.readText(path)),
			// Every file is named.
			list: () => undefined,
		},
		parse: (text: string, path: string) =>
			readYaml && !isKnown(path) ? readYaml(text, path) : rememberedFile(gist.data[path], path),
		select: narrow(part, gist),
	};
	return readConfig(file, sources, (document, known, open) => {
		const { instances, expanded, store, answers } = composeChecks(document, known, open, kinds);
		const checks = [...expanded.drafts.values()].map((draft) => toCheck(draft, []));
		const untold = { channels: new Map(), routes: [], maintenance: [], sinks: new Map() };
		return { file: document.file, instances: instances.good, checks, ...untold, store, answers };
	});
}
