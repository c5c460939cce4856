import type { Host } from "../../host/host.ts";
import type { Finding } from "../kind.ts";

/** What was given up at its deadline and has not come back yet, counted by place. */
const hung = new Map<string, number>();
/** Folders that were just asked whether their file system answers. */
const asked = new Map<string, Promise<void>>();

/**
 * Looks at a place of this machine, and gives up waiting at the deadline. A read from a dead file server never comes back, cannot
 * be broken off and keeps one of the few threads that also look up names: so nobody begins another one at that place before it
 * has come back.
 *
 * @param place what hangs together: a folder, or /proc
 * @returns undefined where the place does not answer in time
 */
export async function lookAlone<Found extends object>(
	place: string,
	signal: AbortSignal,
	look: () => Promise<Found>,
): Promise<Found | undefined> {
	if (hung.has(place) || signal.aborted) return undefined;
	let [isOver, isHung] = [false, false];
	const found = look().finally(() => {
		isOver = true;
		if (isHung) count(place, -1);
	});
	// Whatever comes after the deadline is of no use any more.
	found.catch(() => {});
	const given = Promise.withResolvers<undefined>();
	const giveUp = () => {
		given.resolve(undefined);
		if (isOver) return;
		isHung = true;
		count(place, 1);
	};
	signal.addEventListener("abort", giveUp, { once: true });
	try {
		return await Promise.race([found, given.promise]);
	} finally {
		signal.removeEventListener("abort", giveUp);
	}
}

/**
 * The same in a folder, where looks of many checks begin at once: whether its file system answers at all is asked first, once for
 * all of them, so that a dead one holds one thread and not one for each look.
 */
export async function lookAloneIn<Found extends object>(
	folder: string,
	host: Host,
	signal: AbortSignal,
	look: () => Promise<Found>,
): Promise<Found | undefined> {
	return await lookAlone(folder, signal, async () => {
		await whetherItAnswers(folder, host);
		signal.throwIfAborted();
		return await look();
	});
}

/** What a look says where a folder does not answer. */
export function silentFolder(folder: string): Finding {
	return { values: {}, fault: { code: "prober_stalled", text: `${folder}: the file system does not answer in time` } };
}

function whetherItAnswers(folder: string, host: Host): Promise<void> {
	const before = asked.get(folder);
	if (before) return before;
	const done = () => void asked.delete(folder);
	// An error is an answer, too; what it means is for the look to say.
	const answer = host.statfs(folder).then(done, done);
	asked.set(folder, answer);
	return answer;
}

function count(place: string, change: 1 | -1): void {
	const left = (hung.get(place) ?? 0) + change;
	if (left > 0) hung.set(place, left);
	else hung.delete(place);
}
