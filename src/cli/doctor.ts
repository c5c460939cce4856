import { availableParallelism, loadavg, tmpdir } from "node:os";
import { systemClock } from "../clock.ts";
import { realDisk } from "../config/disk.ts";
import { loadConfig } from "../config/load.ts";
import { formatProblems } from "../config/problems.ts";
import { askDaemon } from "../control/client.ts";
import { socketPath } from "../control/socket.ts";
import { sectionsFor } from "../examine/examine.ts";
import type { Machine, Patient } from "../examine/patient.ts";
import { makeRound } from "../examine/round.ts";
import { redactor } from "../model/secret.ts";
import { surroundings } from "./around.ts";
import { configFile } from "./config-file.ts";
import { closingLine, exitOf, jsonReport, report } from "./doctor-report.ts";
import { EXIT, UserError } from "./exit.ts";
import type { Io, Verb } from "./io.ts";
import { knownInstance } from "./known-instance.ts";
import { reflow } from "./reflow.ts";
import { paintOf } from "./source.ts";
import { programVersion } from "./version.ts";

export interface DoctorOptions {
	readonly config?: string;
	readonly instance?: string;
	readonly offline?: boolean;
	readonly send?: boolean;
	/** Longest time of one examination, ms. */
	readonly deadline: number;
	readonly json?: boolean;
}

/** Sections that are examined at a time: enough to be quick, few enough to disturb nobody. */
const AT_ONCE = 8;
const DAEMON_MS = 3_000;

/**
 * `doctor`: looks at everything around dss-probe that can be wrong, changes none of it, and says what to do.
 *
 * @returns 0, 1 or 2 by the worst that was found
 */
export const doctor: Verb<DoctorOptions> = async (options, io) => {
	const { terminal } = io;
	const patient = patientFor(configFile(options.config, io.env), io);
	const { config, loaded } = patient;
	const { instance, offline = false, send = false } = options;
	if (instance !== undefined && config) knownInstance(config, instance);
	if (offline && send) throw new UserError("--send sends messages, and --offline lets nothing leave", EXIT.usage);
	const redact = redactor(config?.secrets ?? []);
	const { log, readText } = surroundings(io, "error", () => redact);
	const sections = sectionsFor(
		patient,
		{ isOffline: offline, sends: send, ...(instance !== undefined && { instance }) },
		{ log, readText },
	);
	const total = sections.reduce((sum, { examinations }) => sum + examinations.length, 0);
	const start = systemClock.monotonic();
	let begun = 0;
	const results = await makeRound(sections, {
		clock: systemClock,
		atOnce: AT_ONCE,
		deadlineMs: options.deadline,
		redact,
		onBegin(section, examination) {
			begun++;
			terminal.progress?.(`${begun} of ${total}: ${section}, ${examination}`);
		},
	});
	terminal.progress?.("");
	const problems = loaded.ok ? loaded.config.warnings : loaded.problems;
	if (options.json) {
		terminal.out(redact(JSON.stringify(jsonReport(results, problems), undefined, 2)));
		return exitOf(results);
	}
	terminal.out(report(results, terminal));
	if (problems.length > 0) terminal.out(`\n${redact(formatProblems(problems, paintOf(terminal)))}`);
	const closing = closingLine(results, systemClock.monotonic() - start, send, terminal);
	terminal.out(
		`\n${
			terminal.isPerson
				? closing
						.split("\n")
						.map((line) => reflow(line, terminal.width))
						.join("\n")
				: closing
		}`,
	);
	return exitOf(results);
};

function patientFor(file: string, io: Io): Patient {
	const read = new Map<string, string>();
	const disk = {
		...realDisk,
		readText(path: string) {
			const text = realDisk.readText(path);
			read.set(path, text);
			return text;
		},
	};
	const loaded = loadConfig(file, { env: io.env, disk });
	const config = loaded.ok ? loaded.config : loaded.sound;
	const machine = machineOf(io);
	const socket = config && socketPath(config.store.path);
	let asked: ReturnType<Patient["daemon"]> | undefined;
	return {
		file,
		loaded,
		config,
		read,
		machine,
		clock: systemClock,
		daemon() {
			asked ??=
				socket === undefined
					? Promise.resolve({ result: "nobody" })
					: askDaemon({ socket, path: "/about" }, {}, { clock: systemClock, uid: machine.uid, timeoutMs: DAEMON_MS });
			return asked;
		},
		dates: [],
	};
}

function machineOf(io: Io): Machine {
	return {
		env: io.env,
		uid: process.getuid?.(),
		gid: process.getgid?.(),
		pid: process.pid,
		nodeVersion: process.versions.node,
		zonesVersion: process.versions["tz"],
		programVersion: programVersion(),
		freeMemory: process.availableMemory(),
		cores: availableParallelism(),
		load: loadavg()[1] ?? 0,
		temporary: tmpdir(),
	};
}
