import { answersOptions } from "../control/options.ts";
import { answersPath, socketPath } from "../control/socket.ts";
import type { Kinds } from "../probe/kinds.ts";
import { type StoreOptions, storeOptions } from "../store/options.ts";
import type { Answers } from "./alerts.ts";
import { type CheckFiles, readCheckFiles } from "./check-files.ts";
import { DEFAULT_CHECK_FILES, DEFAULT_STORE } from "./defaults.ts";
import type { Disk } from "./disk.ts";
import type { Document } from "./document.ts";
import { type Expanded, expand } from "./expand.ts";
import { type Instances, readInstances } from "./instances.ts";
import { isGiven, resolvePath } from "./sections.ts";
import { type PlacedUse, readUses } from "./uses.ts";

/** What a configuration says of checks, without whom it tells. */
interface ComposedChecks {
	readonly instances: Instances;
	readonly declared: CheckFiles;
	readonly uses: readonly PlacedUse[];
	readonly expanded: Expanded;
	readonly store: StoreOptions;
	readonly answers: Answers;
}

/**
 * Reads the sections of alerts.yaml that a look needs, and the check files. The others are read in compose.ts alone, so that
 * a look that leaves them out does not load what reads them.
 *
 * @param kinds those that the checks have
 */
export function composeChecks(
	document: Document,
	disk: Disk,
	open: (text: string, file: string) => Document,
	kinds: Kinds,
): ComposedChecks {
	const instances = readInstances(document, disk);
	const declared = readCheckFiles(document, DEFAULT_CHECK_FILES, disk, open);
	const uses = readUses(document, declared, instances);
	const expanded = expand(uses, kinds);
	const store = readStore(document);
	return { instances, declared, uses, expanded, store, answers: readAnswers(document, store) };
}

/** A file name that SQLite takes as "in memory" is no path. */
function readStore(document: Document): StoreOptions {
	const given = isGiven(document, "store") ? document.read(storeOptions, ["store"]) : undefined;
	const store = given ?? storeOptions.parse(DEFAULT_STORE);
	return store.path === ":memory:" ? store : { ...store, path: resolvePath(document, store.path) };
}

/** A socket has a place of its own: on that of the store or of the people it would take theirs. */
function readAnswers(document: Document, store: StoreOptions): Answers {
	const given = isGiven(document, "answers") ? document.read(answersOptions, ["answers"]) : undefined;
	const named = given?.socket === undefined ? undefined : resolvePath(document, given.socket);
	if (named !== undefined && (named === store.path || named === socketPath(store.path))) {
		document.error(["answers", "socket"], `"socket" is the place of the store: choose another`);
	}
	const socket = named ?? answersPath(store.path);
	return { ...(socket !== undefined && { socket }), ...(given?.group !== undefined && { group: given.group }) };
}
