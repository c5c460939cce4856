import { type Cause, type CauseCode, cause } from "../model/cause.ts";
import { formatDuration } from "../model/duration.ts";
import type { Values } from "../model/sample.ts";

/** What a check on the host of an instance saw last. */
export interface Witness {
	readonly values: Values;
	/** ms since 1970 UTC. */
	readonly sampledAt: number;
}

/** An alert whose cause the host may explain. */
export interface Suspect {
	readonly cause: Cause;
	/** First bad sample, and the newest; ms since 1970 UTC. */
	readonly since: number;
	readonly at: number;
}

/** What a witness saw longer ago than this says nothing about now, ms. */
const FRESH_MS = 5 * 60_000;
/** What happened on the host up to so long before the first bad sample may be its reason, ms. */
const BEFORE_MS = 5 * 60_000;
/** A backend that has run for longer is no longer starting, s. */
const STARTING_S = 10 * 60;
/** A disk that is fuller cannot be written to by DSS any more, percent. */
const FULL_PERCENT = 99.5;

/** Outages that have a reason on the host, if it can be seen there. */
const OUTAGES: ReadonlySet<CauseCode> = new Set<CauseCode>([
	"backend_down",
	"backend_hanging",
	"backend_error",
	"api_down",
	"connection_refused",
	"connection_reset",
	"process_missing",
	"program_down",
	"program_flapping",
	"supervisord_down",
]);

/** The outages in which nginx was reached: it says nothing about it where it was not. */
const BEHIND_NGINX: ReadonlySet<CauseCode> = new Set<CauseCode>(["backend_down", "backend_hanging", "api_down"]);

/** The programs whose end is the end of the node, as roles of processes are called. */
const MAIN = /\b(?:backend|govern|apimain)\b/;

/** What the host shows, put together. Times are Unix times in seconds. */
interface Scene {
	readonly text: (name: string) => string;
	readonly number: (name: string) => number | undefined;
	/** Unix time in seconds of now, and of the earliest moment that counts. */
	readonly now: number;
	readonly from: number;
	readonly code: CauseCode;
}

/**
 * One rule: what the host shows that explains an outage, in words that complete the first line of a message.
 *
 * @returns undefined where it does not apply
 */
type Rule = (scene: Scene) => { readonly code: CauseCode; readonly text?: string } | undefined;

/** In order: who ended it, why it cannot start, where it is on its way back, and at last that it runs and is deaf. */
const RULES: readonly Rule[] = [
	function oomKilled(scene) {
		const at = within(scene, "oom_killed_at");
		if (at === undefined || !MAIN.test(scene.text("oom_killed_role"))) return undefined;
		const role = scene.text("oom_killed_role");
		const text = `${role} killed by the OOM killer ${ago(scene, at)}; ${fate(scene, at)}`;
		return { code: "backend_oom_killed", text };
	},
	function diskFull(scene) {
		const used = Math.max(scene.number("space_used_percent") ?? 0, scene.number("inodes_used_percent") ?? 0);
		if (used < FULL_PERCENT) return undefined;
		return { code: "disk_full", text: `the disk of DSS is full (${used.toFixed(1)} % used)` };
	},
	function stopped(scene) {
		return isMissing(scene, "supervisord") ? { code: "dss_stopped" } : undefined;
	},
	function gaveUp(scene) {
		if (scene.text("backend_state") !== "FATAL") return undefined;
		return { code: "backend_gave_up" };
	},
	function outOfHeap(scene) {
		if ((scene.number("out_of_memory") ?? 0) < 1) return undefined;
		const text = `backend ran out of Java memory; ${fate(scene, scene.from)}`;
		return { code: "backend_out_of_memory", text };
	},
	function gone(scene) {
		if (!isMissing(scene, "backend") && !isMissing(scene, "govern") && !isMissing(scene, "apimain")) return undefined;
		return { code: "backend_gone", text: `backend process is not running; ${fate(scene, scene.now)}` };
	},
	function nginxGone(scene) {
		return isMissing(scene, "nginx") && !BEHIND_NGINX.has(scene.code) ? { code: "nginx_gone" } : undefined;
	},
	function starting(scene) {
		const at = within(scene, "backend_restarted_at");
		if (at === undefined) return undefined;
		return { code: "backend_restarted", text: `backend was started ${ago(scene, at)} and is not ready yet` };
	},
	function collecting(scene) {
		if ((scene.number("full_gc_long") ?? 0) < 1) return undefined;
		return { code: "backend_gc" };
	},
	function deaf(scene) {
		const at = scene.number("backend_restarted_at");
		const runs = (scene.number("backend_count") ?? 0) > 0 || scene.text("backend_state") === "RUNNING";
		if (!runs || at === undefined || scene.now - at < STARTING_S || !BEHIND_NGINX.has(scene.code)) return undefined;
		const text = `backend process runs since ${formatDuration((scene.now - at) * 1_000)}, but gives nginx no answer`;
		return { code: "backend_deaf", text };
	},
];

/** Whether a check looks at the host of its instance, by its labels. */
export function isOnHost(labels: Readonly<Record<string, string>>): boolean {
	return labels["layer"] === "host" || labels["layer"] === "machine";
}

/**
 * Names what stands behind an outage in the light of what the host of the instance shows. Pure.
 *
 * @returns the suspect's own cause where the host says nothing that explains it
 */
export function explainedByHost(suspect: Suspect, witnesses: readonly Witness[]): Cause {
	if (!OUTAGES.has(suspect.cause.code)) return suspect.cause;
	const fresh = witnesses
		.filter(({ sampledAt }) => suspect.at - sampledAt <= FRESH_MS)
		.sort((a, b) => b.sampledAt - a.sampledAt);
	if (fresh.length === 0) return suspect.cause;
	// The newest witness is believed first.
	const find = (name: string) => fresh.find(({ values }) => values[name] !== undefined)?.values[name];
	const scene: Scene = {
		text: (name) => String(find(name) ?? ""),
		number(name) {
			const value = find(name);
			return typeof value === "number" ? value : undefined;
		},
		now: suspect.at / 1_000,
		from: (suspect.since - BEFORE_MS) / 1_000,
		code: suspect.cause.code,
	};
	for (const rule of RULES) {
		const found = rule(scene);
		if (found) return { code: found.code, text: found.text ?? cause(found.code).text };
	}
	return suspect.cause;
}

/** A moment that the host tells, where it can have to do with the outage. */
function within({ number, from, now }: Scene, name: string): number | undefined {
	const at = number(name);
	return at !== undefined && at >= from && at <= now ? at : undefined;
}

function isMissing({ text }: Scene, role: string): boolean {
	return text("missing").split(", ").includes(role);
}

function ago({ now }: Scene, at: number): string {
	return `${formatDuration(Math.max(1, Math.round(now - at)) * 1_000)} ago`;
}

/** What became of a backend that ended at a moment: supervisord starts it again, unless it gave up. */
function fate(scene: Scene, endedAt: number): string {
	const restartedAt = scene.number("backend_restarted_at");
	if (restartedAt !== undefined && restartedAt > endedAt)
		return `supervisord started it again ${ago(scene, restartedAt)}`;
	const state = scene.text("backend_state");
	if (state === "FATAL") return "supervisord has given up";
	if (isMissing(scene, "supervisord")) return "supervisord is gone, too";
	return "supervisord is restarting it";
}
