import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock, type Timer } from "../clock.ts";
import { shippedChecks } from "../config/shipped.ts";
import type { LogLevel } from "../log.ts";
import { createSimulator, type Faults } from "../simulator/simulator.ts";
import { demoConfig } from "./demo-config.ts";
import { openMailbox, openPager } from "./demo-sinks.ts";
import { EXIT } from "./exit.ts";
import type { Io, Verb } from "./io.ts";
import { startDaemon, stopSignal } from "./run.ts";
import type { Style, Terminal } from "./terminal.ts";

export interface DemoOptions {
	readonly logLevel: LogLevel;
	readonly stopWithinMs: number;
}

/** One act of the demonstration: seconds after its start, what happens, and how. */
interface Act {
	readonly at: number;
	readonly says: string;
	readonly style: Style;
	act(faults: Faults): Promise<void>;
}

/** What goes wrong and when. After the last act it begins again. */
const TIMETABLE: readonly Act[] = [
	{
		at: 6,
		says: "the DSS backend crashes: nginx answers 502",
		style: "bad",
		act: (faults) => faults.set({ fault: "gateway", status: 502 }),
	},
	{ at: 20, says: "the backend is back", style: "good", act: (faults) => faults.clear("gateway") },
	{
		at: 45,
		says: "the API key is revoked, DSS itself works",
		style: "bad",
		act: (faults) => faults.set({ fault: "key_revoked" }),
	},
	{ at: 60, says: "the API key is valid again", style: "good", act: (faults) => faults.clear("key_revoked") },
	{
		at: 80,
		says: "all job kernels are taken: jobs are accepted, none starts",
		style: "bad",
		act: (faults) => faults.set({ fault: "job_queued" }),
	},
	{ at: 105, says: "job kernels are free again", style: "good", act: (faults) => faults.clear("job_queued") },
];
const ROUND_S = 130;

const FAVOURITE_PORT = 8600;

/**
 * The demonstration: the real daemon against an embedded simulator, with an embedded mailbox and pager, all on loopback.
 * The simulator fails and recovers by a timetable that is printed first.
 */
export const demo: Verb<DemoOptions> = async (options, io) => {
	const asked = stopSignal(io);
	const ends: (() => unknown)[] = [];
	try {
		await open(options, io, (end) => void ends.push(end));
		await asked;
		io.terminal.out("stopping the demonstration");
	} finally {
		// Last in, first out; also where a part of it did not start.
		for (const end of ends.reverse()) await end();
	}
	return EXIT.ok;
};

async function open(options: DemoOptions, io: Io, afterwards: (end: () => unknown) => void): Promise<void> {
	const { terminal } = io;
	const folder = mkdtempSync(join(tmpdir(), "dss-probe-demo-"));
	afterwards(() => rmSync(folder, { recursive: true, force: true }));
	const key = randomBytes(16).toString("hex");
	const simulator = createSimulator({ apiKey: key, clock: systemClock });
	afterwards(() => simulator.close());
	const { url, controlUrl } = await simulator.listen("127.0.0.1", 0);
	const mailbox = await openMailbox(({ subject, to, text }) => show(terminal, `mail to ${to}`, subject, text));
	afterwards(() => mailbox.close());
	const pager = await openPager(({ type, data }) => show(terminal, "pager", `${type}: ${data.title}`));
	afterwards(() => pager.close());
	const file = join(folder, "alerts.yaml");
	const listen = `127.0.0.1:${(await isFree(FAVOURITE_PORT)) ? FAVOURITE_PORT : 0}`;
	const webhook = `http://127.0.0.1:${pager.port}/`;
	writeFileSync(
		file,
		demoConfig({ dss: url, smtpPort: mailbox.port, webhook, listen, checks: shippedChecks() ?? "checks" }),
	);

	// Its log is part of the show: readable, in one stream with the rest, also where the output is a pipe.
	const stage: Io = { ...io, terminal: { ...terminal, err: terminal.out, isPerson: true } };
	const daemon = await startDaemon(file, options, stage, { ...io.env, DEMO_API_KEY: key });
	afterwards(() => daemon.stop());
	announce(terminal, { page: daemon.url ?? "", simulator: `${url}   (faults: ${controlUrl}/_simulator/)`, file });
	afterwards(play(simulator.faults, terminal));
}

function announce(
	terminal: Terminal,
	where: { readonly page: string; readonly simulator: string; readonly file: string },
): void {
	const { paint, out } = terminal;
	out("");
	out(paint("strong", "DEMONSTRATION: no DSS is configured, so this one is simulated. Nothing leaves this machine."));
	out(`  status page    ${where.page}`);
	out(`  simulated DSS  ${where.simulator}`);
	out(`  configuration  ${where.file}`);
	out("  the real thing: npm start -- init my-alerts.yaml   and then   npm start -- -c my-alerts.yaml");
	out("");
	out(`  This will happen, and again every ${ROUND_S} s:`);
	for (const { at, says, style } of TIMETABLE) out(`  ${paint("dim", stamp(at))}  ${paint(style, says)}`);
	out("");
}

/** Plays the timetable over and over; returns how to stop. */
function play(faults: Faults, terminal: Terminal): () => void {
	let timer: Timer | undefined;
	const from = (index: number, elapsedS: number): void => {
		const act = TIMETABLE[index];
		const waitS = (act?.at ?? ROUND_S) - elapsedS;
		timer = systemClock.after(waitS * 1_000, () => {
			if (!act) return from(0, 0);
			terminal.out(terminal.paint(act.style, `\n${stamp(act.at)}  SIMULATOR  ${act.says}`));
			void act.act(faults);
			from(index + 1, act.at);
		});
	};
	from(0, 0);
	return () => timer?.cancel();
}

/** A message that arrived, set off from the log. */
function show(terminal: Terminal, where: string, title: string, text = ""): void {
	const style: Style = /RESOLVED|resolved/.test(title) ? "good" : "bad";
	terminal.out(`         ${terminal.paint("dim", `[${where}]`)} ${terminal.paint(style, title)}`);
	const lines = text
		.trim()
		.split("\n")
		.filter((line) => line.trim() && line.trim() !== title.trim());
	for (const line of lines) terminal.out(terminal.paint("dim", `            | ${line}`));
}

function stamp(seconds: number): string {
	return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function isFree(port: number): Promise<boolean> {
	const { promise, resolve } = Promise.withResolvers<boolean>();
	const server = createServer();
	server.once("error", () => resolve(false));
	server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
	return promise;
}
