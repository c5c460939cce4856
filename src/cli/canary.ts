import { canaryCheck, rightsExamination } from "../canary/check.ts";
import { DEFAULT_PROJECT, OUTPUT } from "../canary/flow.ts";
import { install } from "../canary/install.ts";
import { isRemovable, removeProject } from "../canary/remove.ts";
import { Halt, type Step } from "../canary/step.ts";
import { LOOKED_AT } from "../canary/strangers.ts";
import { systemClock } from "../clock.ts";
import type { Config } from "../config/alerts.ts";
import { createDssClient, type DssClient } from "../dss/client.ts";
import type { Instance } from "../dss/instance.ts";
import { clientOf } from "../examine/instance-key.ts";
import { makeRound } from "../examine/round.ts";
import { type Redact, redactor } from "../model/secret.ts";
import { type DssJobOptions, dssJobOptions } from "../probe/canary/dss-job.ts";
import { askOnce } from "./ask.ts";
import { configFile } from "./config-file.ts";
import { exitOf, report } from "./doctor-report.ts";
import { EXIT, UserError } from "./exit.ts";
import { installingKey } from "./installing-key.ts";
import type { Io, Verb } from "./io.ts";
import { knownInstance } from "./known-instance.ts";
import { requireConfig } from "./source.ts";

interface CommonOptions {
	readonly config?: string;
	readonly instance: string;
	readonly project?: string;
}

export interface CanaryInstallOptions extends CommonOptions {
	readonly kind: string;
	readonly connection: string;
	readonly owner?: string;
	readonly keyFrom?: string;
	readonly dryRun?: boolean;
}

export interface CanaryCheckOptions extends CommonOptions {
	readonly output?: string;
	/** Longest time of the run, ms. */
	readonly timeout: number;
}

export interface CanaryRemoveOptions extends CommonOptions {
	readonly keyFrom?: string;
	readonly yes?: boolean;
	readonly dryRun?: boolean;
}

const KINDS = ["build", "scenario", "both"] as const;
const PROJECT_KEY = /^[A-Za-z]\w*$/;
/** One call that makes or deletes something may take so long, ms. */
const CALL_MS = 60_000;
/** Columns of what became of a piece. */
const STEP_WIDTH = 18;

/** `canary install`: makes the project that a canary needs, and looks whether the canary's own key may use it. */
export const canaryInstall: Verb<CanaryInstallOptions> = async (options, io) => {
	const { instance, config } = instanceFor(options, io);
	const { kind, connection, owner, dryRun: isDry = false } = options;
	if (!KINDS.some((one) => one === kind)) throw new UserError(`--kind is one of ${KINDS.join(", ")}`, EXIT.usage);
	const project = projectKey(options.project ?? DEFAULT_PROJECT);
	const { client, redact } = await openFor(options.keyFrom, instance, config, io);
	const plan = { project, withScenario: kind !== "build", connection, isDry, ...(owner !== undefined && { owner }) };
	const made = await halting(redact, io, () => install(client, plan, tellOn(io, redact)));
	if (!made) return EXIT.critical;
	if (isDry) {
		io.terminal.out("\nNothing was changed.");
		return EXIT.ok;
	}
	const code = await showRights(instance, optionsFor(project, OUTPUT), redact, io);
	const uses = [
		...(kind !== "scenario"
			? [`  - { use: canary-job, on: { instance: ${instance.name} }, with: { project: ${project} } }`]
			: []),
		...(made.scenario === undefined
			? []
			: [
					`  - { use: canary-scenario, on: { instance: ${instance.name} }, with: { project: ${project}, scenario: ${made.scenario} } }`,
				]),
	];
	io.terminal.out(`\nIn alerts.yaml:\n\nchecks:\n${uses.join("\n")}`);
	const which = project === DEFAULT_PROJECT ? "" : ` --project ${project}`;
	io.terminal.out(`\nOne real run: dss-probe canary check ${instance.name}${which}`);
	return code;
};

/** `canary check`: everything that a canary needs, and one run of it. */
export const canaryVerify: Verb<CanaryCheckOptions> = async (options, io) => {
	const { instance, config } = instanceFor(options, io);
	const { terminal } = io;
	const declared = config.checks.flatMap(({ probe, instance: { name } }) =>
		probe.kind === "dss-job" && name === instance.name ? [probe] : [],
	);
	const own = declared.find(({ project }) => project === (options.project ?? project));
	const project = projectKey(options.project ?? own?.project ?? DEFAULT_PROJECT);
	const output = options.output ?? own?.output ?? OUTPUT;
	const wanted = own?.output === output ? own : optionsFor(project, output);
	const stop = new AbortController();
	const undo = [io.onSignal("SIGINT", () => stop.abort()), io.onSignal("SIGTERM", () => stop.abort())];
	try {
		const around = { clock: systemClock, signal: stop.signal, timeoutMs: options.timeout };
		const sections = canaryCheck(instance, { ...wanted, verify: wanted.output_type === "DATASET" }, around);
		const results = await makeRound(sections, {
			clock: systemClock,
			atOnce: 1,
			// The run ends by itself before its time is up, and is given a moment for the count of jobs.
			deadlineMs: options.timeout + CALL_MS,
			redact: redactor(config.secrets),
			onBegin: (_section, examination) => terminal.progress?.(`${examination} …`),
		});
		terminal.progress?.("");
		terminal.out(report(results, terminal));
		return exitOf(results);
	} finally {
		for (const act of undo) act();
	}
};

/** `canary remove`: deletes the project that `canary install` made, and nothing else. */
export const canaryRemove: Verb<CanaryRemoveOptions> = async (options, io) => {
	const { instance, config } = instanceFor(options, io);
	const project = projectKey(options.project ?? DEFAULT_PROJECT);
	const { client, redact } = await openFor(options.keyFrom, instance, config, io);
	const what = `project ${project}`;
	const there = await halting(redact, io, async () => ({ is: await isRemovable(client, project) }));
	if (!there) return EXIT.critical;
	if (!there.is) {
		io.terminal.out(`${what} is not there, as far as this key sees: nothing to remove`);
		return EXIT.ok;
	}
	if (options.dryRun) {
		tellOn(io, redact)({ result: "would be removed", what });
		return EXIT.ok;
	}
	if (
		!options.yes &&
		!(await isConfirmed(
			`Delete ${what} on ${instance.name}, with all that is in it? Found there are no other ${LOOKED_AT} than those of the canary; the rest was not looked at. [y/N]`,
			io,
		))
	) {
		io.terminal.err("left as it is");
		return EXIT.warning;
	}
	const removed = await halting(redact, io, async () => {
		await removeProject(client, project, systemClock);
		return true;
	});
	if (!removed) return EXIT.critical;
	tellOn(io, redact)({ result: "removed", what });
	return EXIT.ok;
};

function instanceFor({ config: given, instance: name }: CommonOptions, io: Io) {
	const config = requireConfig(configFile(given, io.env), io, { quiet: true });
	return { instance: knownInstance(config, name), config };
}

function projectKey(key: string): string {
	if (PROJECT_KEY.test(key)) return key;
	throw new UserError(`--project ${key}: a project key has letters, digits and _ only`, EXIT.usage);
}

function optionsFor(project: string, output: string): DssJobOptions {
	return dssJobOptions.parse({ kind: "dss-job", project, output });
}

/** The API with the key that may create and delete, and what hides that key from now on. */
async function openFor(
	from: string | undefined,
	instance: Instance,
	config: Config,
	io: Io,
): Promise<{ readonly client: DssClient; readonly redact: Redact }> {
	const apiKey = await installingKey(from, instance, io);
	const around = { signal: new AbortController().signal, clock: systemClock, timeoutMs: CALL_MS };
	return {
		client: createDssClient({ ...instance, apiKey }, around),
		redact: redactor([...config.secrets, apiKey.reveal()]),
	};
}

/** What came of it; undefined where it was stopped by what DSS said, which was told. */
async function halting<Result>(redact: Redact, io: Io, act: () => Promise<Result>): Promise<Result | undefined> {
	try {
		return await act();
	} catch (error) {
		if (!(error instanceof Halt)) throw error;
		io.terminal.err(redact(`${io.terminal.paint("bad", "stopped")}: ${error.message}\n→ ${error.todo}`));
		return undefined;
	}
}

function tellOn({ terminal }: Io, redact: Redact) {
	return ({ result, what }: Step): void => {
		const style = result === "made" || result === "completed" || result === "removed" ? "good" : "dim";
		terminal.out(redact(`${terminal.paint(style, result.padEnd(STEP_WIDTH))}${what}`));
	};
}

/** Looks at the rights of the key that the canary runs with, and says what is missing. */
async function showRights(instance: Instance, options: DssJobOptions, redact: Redact, io: Io): Promise<number> {
	const { terminal } = io;
	const { project } = options;
	terminal.out(
		`\nThe canary itself needs an API key with READ_CONF, RUN_JOBS and MONITOR_JOBS on ${project}, and nothing else: in DSS, project\n` +
			`${project}, Security, API keys. It belongs into api_key of instance ${instance.name}.\n`,
	);
	if (!instance.apiKey) {
		terminal.out("The instance has no api_key yet.");
		return EXIT.warning;
	}
	const examination = rightsExamination(options, clientOf(instance, systemClock));
	const results = await makeRound([{ name: `api_key of instance ${instance.name}`, examinations: [examination] }], {
		clock: systemClock,
		atOnce: 1,
		deadlineMs: CALL_MS,
		redact,
	});
	terminal.out(report(results, terminal));
	// It is installed; what is missing is a right.
	return Math.min(exitOf(results), EXIT.warning);
}

async function isConfirmed(question: string, io: Io): Promise<boolean> {
	if (!io.converse) throw new UserError("nobody is here to be asked: say --yes", EXIT.usage);
	return /^y(?:es)?$/i.test((await askOnce(io, question)) ?? "");
}
