import { chmodSync, lstatSync, mkdtempSync, renameSync, rmdirSync, rmSync, type Stats } from "node:fs";
import { platform } from "node:os";
import { dirname, join } from "node:path";

/** Only the owner (and root) may talk to the daemon. */
const MODE = 0o600;
/** What fits into an address of a Unix socket (sun_path) beside its closing zero, bytes. */
const LONGEST = platform() === "linux" ? 107 : 103;

/** Where the daemon of a store listens; undefined for a store without a file. */
export function socketPath(store: string): string | undefined {
	return store === ":memory:" ? undefined : `${store}.sock`;
}

/** Why no socket can have that path, if none can. */
export function unfitPath(path: string): string | undefined {
	const bytes = Buffer.byteLength(path);
	if (bytes > LONGEST) {
		return `the path ${path} has ${bytes} bytes, and the system takes ${LONGEST} at most: give the store a shorter path`;
	}
	const found = lstatSync(path, { throwIfNoEntry: false });
	return found && !found.isSocket() ? `${path} exists and is no socket` : undefined;
}

/**
 * Binds a socket so that it is never open to others: in a folder of its own first, then, closed, in its place. What a dead
 * daemon left there is replaced; the lock on the store proves that it is dead.
 *
 * @param bind listens on a path
 * @returns how to take it away again; another daemon's socket is left alone
 * @throws where the system does not let it
 */
export async function placeSocket(path: string, bind: (path: string) => Promise<void>): Promise<() => void> {
	const nook = mkdtempSync(join(dirname(path), ".s"));
	const first = join(nook, "s");
	try {
		await bind(first);
		chmodSync(first, MODE);
		renameSync(first, path);
	} finally {
		rmSync(first, { force: true });
		rmdirSync(nook);
	}
	const own = identityOf(lstatSync(path));
	return () => {
		const found = lstatSync(path, { throwIfNoEntry: false });
		if (found && identityOf(found) === own) rmSync(path, { force: true });
	};
}

function identityOf({ dev, ino }: Stats): string {
	return `${dev}:${ino}`;
}

/**
 * Why a client should not talk to what listens at a path: somebody else could have put it there.
 *
 * @param uid the user who asks; undefined where the system knows no users
 * @returns undefined where it is to be trusted, "nobody" where nothing is there
 */
export function distrust(path: string, uid: number | undefined): string | undefined {
	const found = statOf(path);
	if (typeof found === "string") return found;
	if (!found) return "nobody";
	if (!found.isSocket()) return `${path} is no socket`;
	if (uid === undefined) return undefined;
	if (found.uid !== uid && found.uid !== 0) {
		return `the socket ${path} belongs to another user (${found.uid}): run this as that user`;
	}
	return (found.mode & 0o022) === 0 ? undefined : `others may write to the socket ${path}`;
}

/** What lies at a path; in words where that cannot be seen, as in a folder that is closed to us. */
function statOf(path: string): Stats | string | undefined {
	try {
		return lstatSync(path, { throwIfNoEntry: false });
	} catch (error) {
		return `the socket ${path} cannot be reached (${(error as NodeJS.ErrnoException).code}): run this as the daemon's user`;
	}
}
