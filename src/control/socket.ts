import { chmodSync, chownSync, lstatSync, mkdtempSync, renameSync, rmdirSync, rmSync, type Stats } from "node:fs";
import { platform } from "node:os";
import { dirname, join } from "node:path";

/** Only the owner (and root) may talk to the daemon; to a socket for a group, that group as well. */
const MODE = 0o600;
const GROUP_MODE = 0o660;
/** What fits into an address of a Unix socket (sun_path) beside its closing zero, bytes. */
const LONGEST_PATH = platform() === "linux" ? 107 : 103;

/** A socket is made in a folder beside its place: so much longer than the path of their folder is its first path, bytes. */
const NOOK = "/.s";
const NOOK_BYTES = Buffer.byteLength(`${NOOK}XXXXXX/s`);

/** Where the daemon of a store listens; undefined for a store without a file. */
export function socketPath(store: string): string | undefined {
	return store === ":memory:" ? undefined : `${store}.sock`;
}

/** Where the daemon of a store answers those who may change nothing, unless the configuration names a place. */
export function answersPath(store: string): string | undefined {
	return store === ":memory:" ? undefined : `${store}.ask`;
}

/** Whether the system takes the path, and that of the nook in which the socket is made. */
export function isShortEnough(path: string): boolean {
	return Math.max(Buffer.byteLength(path), Buffer.byteLength(dirname(path)) + NOOK_BYTES) <= LONGEST_PATH;
}

/** Why no socket can have that path, if none can. */
export function unfitPath(path: string): string | undefined {
	const bytes = Buffer.byteLength(path);
	if (bytes > LONGEST_PATH) {
		return `the path ${path} has ${bytes} bytes, and the system takes ${LONGEST_PATH} at most: choose a shorter one`;
	}
	if (!isShortEnough(path)) {
		const most = LONGEST_PATH - NOOK_BYTES;
		return `the folder of ${path} has ${Buffer.byteLength(dirname(path))} bytes, and a socket can be made where that is at most ${most}: choose a shorter one`;
	}
	const found = lstatSync(path, { throwIfNoEntry: false });
	return found && !found.isSocket() ? `${path} exists and is no socket` : undefined;
}

/**
 * Binds a socket so that it is never open to others: in a folder of its own first, then, closed, in its place. What a dead
 * daemon left there is replaced; the lock on the store proves that it is dead.
 *
 * @param bind listens on a path
 * @param admit lets others than the owner use it, before anybody can see it
 * @returns how to take it away again; another daemon's socket is left alone
 * @throws where the system does not let it
 */
export async function placeSocket(
	path: string,
	bind: (path: string) => Promise<void>,
	admit: (path: string) => void = () => {},
): Promise<() => void> {
	const nook = mkdtempSync(`${dirname(path)}${NOOK}`);
	const first = join(nook, "s");
	try {
		await bind(first);
		chmodSync(first, MODE);
		admit(first);
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

/**
 * Lets a group use a socket, too. A user who is not root can do that for groups of its own only.
 *
 * @throws where the system does not let it
 */
export function admitGroup(path: string, gid: number): void {
	chownSync(path, -1, gid);
	chmodSync(path, GROUP_MODE);
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
	const found = socketAt(path);
	if (typeof found === "string") return found;
	if (uid === undefined) return undefined;
	if (found.uid !== uid && found.uid !== 0) {
		return `the socket ${path} belongs to another user (${found.uid}): run this as that user`;
	}
	return (found.mode & 0o022) === 0 ? undefined : `others may write to the socket ${path}`;
}

/**
 * The same for a socket that only answers: it may also belong to whoever owns its folder, where nobody else can put
 * anything into that.
 */
export function distrustAnswers(path: string, uid: number | undefined): string | undefined {
	const found = socketAt(path);
	if (typeof found === "string") return found;
	if (uid === undefined) return undefined;
	if ((found.mode & 0o002) !== 0) return `anybody may write to the socket ${path}`;
	if (found.uid === uid || found.uid === 0) return undefined;
	const folder = statOf(dirname(path));
	if (typeof folder === "object" && folder.uid === found.uid && (folder.mode & 0o022) === 0) return undefined;
	return `the socket ${path} belongs to another user (${found.uid}), and its folder is not that user's alone`;
}

/** The socket at a path; in words what is there instead, "nobody" for nothing. */
function socketAt(path: string): Stats | string {
	const found = statOf(path);
	if (found === undefined) return "nobody";
	if (typeof found === "string") return found;
	return found.isSocket() ? found : `${path} is no socket`;
}

/** What lies at a path; in words where that cannot be seen, as in a folder that is closed to us. */
function statOf(path: string): Stats | string | undefined {
	try {
		return lstatSync(path, { throwIfNoEntry: false });
	} catch (error) {
		return `the socket ${path} cannot be reached (${(error as NodeJS.ErrnoException).code}): run this as a user who may`;
	}
}
