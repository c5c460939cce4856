import { EventEmitter } from "node:events";
import type { Worker } from "node:worker_threads";
import Bree from "bree";
import type { Log } from "../log.ts";
import type { Beat, Beats } from "./beats.ts";

/** bree wants a job to have code for a thread; ours never starts one. */
const NO_CODE = () => {};

/**
 * Lets bree decide when: every beat is a bree job with a timeout, which is given its next timeout after each ring.
 *
 * A due job runs here, inside this process: `createWorker` hands bree something that looks like a finished thread. One
 * thread per run would cost a hundred times the processor time of the probe itself.
 */
export function createBreeBeats(log: Log): Beats {
	const beats = new Map<string, Beat>();
	const bree = new InProcessBree({
		root: false,
		doRootCheck: false,
		timeout: false,
		logger: {
			info() {},
			warn: (problem: unknown) => log.warn({ err: problem }, "bree"),
			error: (problem: unknown) => log.error({ err: problem }, "bree"),
		},
	});
	let isClosed = false;
	/** Adding and removing jobs is asynchronous in bree; one after the other, and many added at once. */
	let work = Promise.resolve();
	let added: Beat[] = [];

	bree.ring = (name) => {
		if (isClosed) return;
		try {
			beats.get(name)?.ring();
		} catch (error) {
			log.error({ beat: name, err: error }, "a beat failed; it goes on");
		}
	};
	// Emitted after each run, when bree is ready to start the job anew.
	bree.on("worker deleted", arm);

	function arm(name: string): void {
		if (isClosed) return;
		const job = bree.config.jobs.find((one) => one.name === name);
		if (job === undefined) return;
		bree.removeSafeTimer("timeouts", name);
		const waitMs = beats.get(name)?.waitMs();
		// A job that rings right now is armed when it has ended.
		if (waitMs === undefined || bree.workers.has(name)) return;
		job.timeout = Math.max(0, Math.ceil(waitMs));
		void bree.start(name);
	}

	function next(step: () => unknown): void {
		work = work.then(async () => {
			if (!isClosed) await step();
		});
		work = work.catch((error: unknown) => log.error({ err: error }, "bree refused a beat"));
	}

	return {
		set(beat) {
			const isNew = !beats.has(beat.name);
			beats.set(beat.name, beat);
			if (!isNew) {
				next(() => arm(beat.name));
				return;
			}
			added.push(beat);
			if (added.length > 1) return;
			next(async () => {
				const batch = added.filter(({ name }) => !bree.config.jobs.some((job) => job.name === name));
				added = [];
				await bree.add(batch.map(({ name }) => ({ name, path: NO_CODE })));
				for (const { name } of batch) arm(name);
			});
		},
		unset(name) {
			if (!beats.delete(name)) return;
			added = added.filter((beat) => beat.name !== name);
			next(async () => {
				// It may have come back in the meantime.
				if (!beats.has(name) && bree.config.jobs.some((job) => job.name === name)) await bree.remove(name);
			});
		},
		rearm(name) {
			next(() => {
				for (const each of name === undefined ? [...beats.keys()] : [name]) arm(each);
			});
		},
		close() {
			isClosed = true;
			for (const name of [...bree.timeouts.keys()]) bree.removeSafeTimer("timeouts", name);
		},
	};
}

class InProcessBree extends Bree {
	ring: (name: string) => void = () => {};

	override createWorker = (_path: string, options: { workerData?: { job: { name: string } } }): Worker => {
		const worker = Object.assign(new EventEmitter(), { postMessage() {}, async terminate() {} });
		// bree listens once this call has returned.
		queueMicrotask(() => {
			this.ring(options.workerData?.job.name ?? "");
			worker.emit("exit", 0);
		});
		return worker as unknown as Worker;
	};
}
