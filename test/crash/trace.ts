import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isOpen } from "../../src/model/alert.ts";
import { readBooks } from "./books.ts";
import { contradictions, duplicatesIn } from "./check.ts";
import { createDaemon, type Daemon, type Fatal } from "./daemon.ts";
import { type Course, createNodes, KEYS, type Key } from "./nodes.ts";
import { writePlan } from "./plan.ts";
import { createReceivers } from "./receivers.ts";

/** So many looks of one life are enough for a check to be judged and stored: it never overlaps itself. */
const LOOKS = 4;
/** Nothing takes as long, even where the machine is busy with other things, ms. */
const PATIENCE_MS = 90_000;

/** One moment of a story: how things go from now on. What is not named stays as it is. */
export type Scene = Partial<Record<Key, Course>>;

/** Problems, recoveries, worsening, a child under its parent, a group; at the end not all is well. */
export const STORY: readonly Scene[] = [
	{ "alpha/backend": "critical", "alpha/api": "critical", "beta/load": "warning", "beta/job": "critical" },
	{ "alpha/backend": "ok", "beta/load": "critical", "alpha/job": "critical", "beta/job": "ok", "beta/api": "critical" },
	{ "alpha/api": "ok", "beta/load": "ok", "alpha/job": "ok", "beta/job": "warning", "beta/api": "ok" },
	{ "alpha/load": "critical", "beta/job": "ok", "beta/backend": "critical", "alpha/api": "critical" },
	{ "alpha/api": "ok", "beta/backend": "ok", "alpha/job": "warning", "alpha/load": "critical" },
];

/** From the end of the story to its beginning. */
export const ALL_WELL: Scene = Object.fromEntries(KEYS.map((key) => [key, "ok"]));

export interface Stage {
	readonly folder: string;
	readonly daemon: Daemon;
	/** Puts a scene on, and waits until a life of the daemon has seen enough of it. */
	play(scene: Scene): Promise<void>;
	/** Waits until the present life looks at everything. */
	awake(): Promise<void>;
	/** Waits until nothing is under way any more, and throws where the promise is broken then. */
	rest(): Promise<void>;
	/** Comes to rest, ends the daemon, and looks once more. */
	finish(): Promise<void>;
	/** Incidents and messages so far, and how many of the latter arrived once more. */
	counts(): { readonly incidents: number; readonly messages: number; readonly duplicates: number };
	/** Removes everything; the folder stays where something went wrong. */
	close(keep: boolean): Promise<void>;
}

/** Nodes, receivers and a daemon between them. */
export async function createStage(deadly?: Pick<Fatal, "at">): Promise<Stage> {
	const folder = mkdtempSync(join(tmpdir(), "dss-probe-crash-"));
	const [nodes, receivers] = await Promise.all([createNodes(), createReceivers()]);
	const { ports, attempts } = receivers;
	const file = writePlan(folder, nodes.port, ports);
	const fatal = deadly && { ...deadly, ports: Object.values(ports) };
	const daemon = createDaemon(folder, file, nodes.forgetLooks, fatal);
	const store = join(folder, "store.db");

	const broken = () => contradictions({ nodes, books: readBooks(store), attempts, kills: daemon.kills, noticed });
	const noticed = new Set<string>();

	const until = async (isDone: () => boolean, sayWhat: () => string): Promise<void> => {
		const end = Date.now() + PATIENCE_MS;
		while (!isDone()) {
			daemon.expectWell();
			if (Date.now() > end) throw new Error(sayWhat());
			await sleep(20);
		}
	};

	/** Whether the database holds an incident for each of these that do not go well. */
	const isNoticed = (keys: readonly Key[]): boolean => {
		const { alerts } = readBooks(store);
		return keys.every((key) => {
			const state = alerts.get(key)?.state;
			if (nodes.course(key) === "ok") return true;
			if (!state || !isOpen(state)) return false;
			noticed.add(state.incident);
			return true;
		});
	};

	const isAwake = () => KEYS.every((key) => nodes.looks(key) > 0);

	const rest = async (): Promise<void> => {
		// What a dead life left in the database is not rest yet.
		const isDone = () => isAwake() && broken().length === 0;
		const sayWhat = () => (isAwake() ? broken().join("\n") : "it does not look at everything");
		await until(isDone, sayWhat);
		// What comes too late, or once too often, comes now.
		await sleep(200);
		await until(isDone, sayWhat);
	};

	return {
		folder,
		daemon,
		async play(scene) {
			const keys = Object.keys(scene) as Key[];
			for (const key of keys) nodes.set(key, scene[key] ?? "ok");
			const isSeen = () => keys.every((key) => nodes.looks(key) >= LOOKS);
			await until(isSeen, () => `too few looks: ${keys.map((key) => `${key} ${nodes.looks(key)}`).join(", ")}`);
			await until(
				() => isNoticed(keys),
				() => `LOST: nobody notices ${keys.filter((key) => !isNoticed([key])).join(", ")}`,
			);
		},
		awake: () => until(isAwake, () => "it does not look at everything"),
		rest,
		async finish() {
			await rest();
			while (!(await daemon.end())) await rest();
			daemon.expectWell();
			const found = broken();
			if (found.length > 0) throw new Error(found.join("\n"));
		},
		counts() {
			const { transitions } = readBooks(store);
			const incidents = transitions.filter(({ change }) => change === "fired").length;
			return { incidents, messages: attempts.length, duplicates: duplicatesIn(attempts) };
		},
		async close(keep) {
			await daemon.abandon();
			await Promise.all([nodes.close(), receivers.close()]);
			if (!keep) rmSync(folder, { recursive: true, force: true });
		},
	};
}
