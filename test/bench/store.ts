import { join } from "node:path";
import { freshAlert } from "../../src/state/state.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import type { KeptSample } from "../../src/store/store.ts";
import type { Benchmark } from "./figure.ts";

const BATCH = 500;

/** How fast the program's memory writes: changes of state one by one and synced, samples in batches. */
export const store: Benchmark = async ({ isQuick, folder }) => {
	const opened = openSqlite(join(folder, "store.db"));
	const forMs = isQuick ? 500 : 2_000;
	/** Does something over and over; returns how often in a second. */
	const rate = (act: (turn: number) => void): number => {
		const start = performance.now();
		let turns = 0;
		while (performance.now() - start < forMs) act(turns++);
		return (turns * 1_000) / (performance.now() - start);
	};
	const commits = rate((turn) => opened.commit({ alerts: [freshAlert(`i${turn % 1_000}/answer`, turn)] }));
	const batches = rate((turn) => {
		opened.keep(Array.from({ length: BATCH }, (_, index) => sampleOf(index, turn)));
	});
	opened.close();
	const perSecond = (value: number) => `${Math.round(value).toLocaleString("en")} a second`;
	return [
		{ what: "synced changes of state", value: perSecond(commits) },
		{ what: "samples, unsynced, in batches", value: perSecond(batches * BATCH) },
	];
};

function sampleOf(index: number, at: number): KeptSample {
	const values = { latency: 0.012, dns: 0, connect: 0.001, tls: 0, first_byte: 0.01, status: 200, size: 4_711 };
	return { key: `i${index}/answer`, level: "ok", sample: { startedAt: at, durationMs: 12, values } };
}
