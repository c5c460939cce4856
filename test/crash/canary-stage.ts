import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../src/clock.ts";
import { type Course, fakeDss } from "../support/fake-dss.ts";
import { serveFakeDss } from "../support/fake-dss-server.ts";
import { createDaemon } from "./daemon.ts";

/** From one look to the next, ms. */
export const EVERY_MS = 2_000;
/** A look may come so much later on a busy machine, ms. */
const SLACK_MS = 1_500;
/** Nothing takes as long, even where the fate of an order that was lost long ago is awaited, ms. */
const PATIENCE_MS = 120_000;

export interface CanaryStage {
	readonly folder: string;
	/** Waits until the present life has asked DSS something. */
	awake(): Promise<void>;
	/** Lets the present life go on. */
	live(ms: number): Promise<void>;
	/** Cuts the present life off, and throws where DSS has seen what must never be. */
	kill(): Promise<void>;
	/** Lets the last life make two more jobs, ends it between two, and looks at every job. */
	finish(): Promise<void>;
	counts(): {
		readonly kills: number;
		/** Kills that met a job under way. */
		readonly inFlight: number;
		readonly jobs: number;
		/** Jobs that only an abort ends. */
		readonly hung: number;
		/** Orders whose answer never came. */
		readonly lost: number;
	};
	close(keep: boolean): Promise<void>;
}

/**
 * A DSS that knows one project's jobs, and a daemon whose only check is a canary there. A third of the jobs hang: in
 * the queue or while they run. Of some orders the answer is lost though the job is made.
 */
export async function createCanaryStage(random: () => number): Promise<CanaryStage> {
	const folder = mkdtempSync(join(tmpdir(), "dss-probe-canary-"));
	const fake = fakeDss(systemClock);
	let lost = 0;
	let hung = 0;
	const nextCourse = (): Course => {
		if (random() > 1 / 3) return { queueMs: 100 * random(), runMs: 500 * random() };
		hung++;
		return random() < 0.5 ? { queueMs: Number.POSITIVE_INFINITY } : { runMs: Number.POSITIVE_INFINITY };
	};
	Object.defineProperty(fake, "course", { get: nextCourse });
	fake.trouble = ({ name }) => {
		if (name !== "start" || random() > 0.08) return undefined;
		lost++;
		return { answer: "cut", effect: true };
	};
	const server = await serveFakeDss(fake);

	/** Since when the present life asks, ms of the monotonic clock; undefined before. */
	let awakeAt: number | undefined;
	let bornAt = 0;
	const { handle } = fake;
	fake.handle = (...given) => {
		awakeAt ??= systemClock.monotonic();
		return handle(...given);
	};
	const daemon = createDaemon(folder, writePlan(folder, server.instance.url), () => {
		awakeAt = undefined;
		bornAt = fake.jobs.length;
	});
	const orphans = new Set<string>();
	let inFlight = 0;

	const wrong = (): readonly string[] => {
		const unfinished = fake.unfinished();
		// One interval after it woke up a life has ended or aborted what the former lives left.
		const isTime = awakeAt !== undefined && systemClock.monotonic() - awakeAt > EVERY_MS + SLACK_MS;
		return [
			...fake.overlaps.map((pair) => `TWO AT ONCE: ${pair}`),
			...(unfinished.length > 1 ? [`TWO AT ONCE: ${unfinished.map(({ id }) => id).join(", ")}`] : []),
			...fake.jobs.filter(({ aborts }) => aborts > 1).map(({ id, aborts }) => `${id} was aborted ${aborts} times`),
			...unfinished
				.filter(({ id }) => isTime && orphans.has(id) && fake.jobs.findIndex((job) => job.id === id) < bornAt)
				.map(({ id }) => `ORPHAN: ${id} is under way an interval after the next life began to look`),
		];
	};
	const expectWell = () => {
		daemon.expectWell();
		const found = wrong();
		if (found.length > 0) throw new Error(found.join("\n"));
	};
	const until = async (isDone: () => boolean, what: string): Promise<void> => {
		const end = Date.now() + PATIENCE_MS;
		while (!isDone()) {
			expectWell();
			if (Date.now() > end) throw new Error(`it did not come to this: ${what}`);
			await sleep(10);
		}
	};

	return {
		folder,
		awake: () => until(() => awakeAt !== undefined, "the daemon asks DSS"),
		async live(ms) {
			const end = Date.now() + ms;
			await until(() => Date.now() >= end, "time passes");
		},
		async kill() {
			await daemon.kill();
			const [left] = fake.unfinished();
			if (left) {
				inFlight++;
				orphans.add(left.id);
			}
			expectWell();
		},
		async finish() {
			await until(() => awakeAt !== undefined, "the daemon asks DSS");
			const made = fake.jobs.length;
			// From the second whole look on, nothing of former lives is left.
			await until(() => fake.jobs.length >= made + 2, "two more jobs are made");
			await until(() => fake.unfinished().length === 0, "no job is under way");
			await daemon.abandon();
			const left = new Set(fake.unfinished());
			for (const job of fake.jobs) {
				const isHung = job.course.queueMs === Number.POSITIVE_INFINITY || job.course.runMs === Number.POSITIVE_INFINITY;
				if (isHung && !left.has(job) && job.aborts !== 1)
					throw new Error(`${job.id} hung and was aborted ${job.aborts} times, not once`);
			}
		},
		counts: () => ({ kills: daemon.kills.length, inFlight, jobs: fake.jobs.length, hung, lost }),
		async close(keep) {
			await daemon.abandon();
			await server[Symbol.asyncDispose]();
			if (!keep) rmSync(folder, { recursive: true, force: true });
		},
	};
}

/** The configuration of the daemon. @returns the path of the file */
function writePlan(folder: string, url: string): string {
	mkdirSync(join(folder, "checks"));
	writeFileSync(
		join(folder, "checks", "canary.yaml"),
		`name: canary
summary: A job is built.
probe: { kind: dss-job, project: CANARY, output: canary_out, poll_every: 100ms, start_within: 500ms }
every: ${EVERY_MS}ms
timeout: ${EVERY_MS}ms
flapping: false
`,
	);
	const file = join(folder, "alerts.yaml");
	writeFileSync(
		file,
		`instances: { design: { url: "${url}", api_key: probe-key } }
check_files: [checks]
checks: [canary]
routes: [{ to: [] }]
store: store.db
`,
	);
	return file;
}
