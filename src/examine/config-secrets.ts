import { dirname, join, resolve } from "node:path";
import { givesAway } from "../config/secrets.ts";
import { critical, type Examination, type Finding, ok, skipped, warning } from "./examination.ts";
import { type FileStat, modeText, namesIn, statOf, textOf } from "./files.ts";
import { aboutDaemon, type Machine, type Patient } from "./patient.ts";
import { someOf } from "./words.ts";

/** Where environment files usually lie, besides those next to alerts.yaml. */
const USUAL = ["/etc/dss-probe/environment", "/etc/default/dss-probe", "/etc/sysconfig/dss-probe"];
/** An environment file by its name. */
const BY_NAME = /^(?:environment|\.env(?:\..+)?|.+\.env)$/;
/** A line that sets a secret. */
const ASSIGNMENT = /^\s*(?:export\s+)?\w*(?:KEY|SECRET|TOKEN|PASS|PWD|CREDENTIAL|WEBHOOK)\w*=\S/im;
type Runner = Pick<Machine, "uid" | "gid">;
/** Shorter values are words that stand in any file. */
const SHORTEST = 8;

/**
 * Judges who may read a file that holds a secret. A file of root's that the group of the service may read is the usual
 * way to give it to that service.
 *
 * @param service who runs dss-probe
 */
export function judgeSecretFile(
	path: string,
	stat: Pick<FileStat, "mode" | "uid" | "gid">,
	service: Runner,
): Finding | undefined {
	const mode = modeText(stat);
	if ((stat.mode & 0o004) !== 0) {
		return critical(`${path} holds secrets, and everybody on this machine may read it (mode ${mode})`, todoFor(path));
	}
	const isForService = stat.gid === service.gid && (stat.uid === 0 || stat.uid === service.uid);
	if ((stat.mode & 0o040) === 0 || isForService) return undefined;
	return warning(`${path} holds secrets, and group ${stat.gid} may read it (mode ${mode})`, todoFor(path));
}

const todoFor = (path: string) =>
	`chmod 600 ${path} as its owner, who should be the user of dss-probe. Then change the secrets that others may have read.`;

/** Files with secrets, by what stands in them: the value of a secret, or in an environment file a line that sets one. */
export function secretFiles(
	read: ReadonlyMap<string, string>,
	environments: ReadonlyMap<string, string>,
	secrets: readonly string[],
): readonly string[] {
	const values = secrets.filter((value) => value.length >= SHORTEST && givesAway(value));
	const holds = (text: string) => values.some((value) => text.includes(value));
	return [
		...[...read].filter(([, text]) => holds(text)),
		...[...environments].filter(([path, text]) => !read.has(path) && (holds(text) || ASSIGNMENT.test(text))),
	].map(([path]) => path);
}

/**
 * Who runs dss-probe, whoever examines: the user of the daemon that runs, else the owner of the store, else of its folder.
 * Only root can be somebody else and still see all of this.
 */
async function runnerOf(patient: Patient): Promise<Runner> {
	const { machine, config } = patient;
	if (machine.uid !== 0) return machine;
	const pid = (await aboutDaemon(patient))?.pid;
	const store = config?.store.path ?? ":memory:";
	const traces = [
		...(pid === undefined ? [] : [`/proc/${pid}`]),
		...(store === ":memory:" ? [] : [store, dirname(store)]),
	];
	return traces.map(statOf).find((found) => found !== undefined) ?? machine;
}

export const secretsExamination = (patient: Patient): Examination => ({
	name: "secret files",
	async examine() {
		const { file, read, config } = patient;
		const folder = dirname(resolve(file));
		const beside = namesIn(folder).filter((name) => BY_NAME.test(name));
		const environments = new Map(
			[...beside.map((name) => join(folder, name)), ...USUAL].flatMap((path) => {
				const text = textOf(path);
				return text === undefined ? [] : [[path, text] as const];
			}),
		);
		const paths = secretFiles(read, environments, config?.secrets ?? []);
		if (paths.length === 0) return [skipped("no file with a secret was found: they come from the environment")];
		const service = await runnerOf(patient);
		const open = paths.flatMap((path) => {
			const stat = statOf(path);
			return (stat && judgeSecretFile(path, stat, service)) ?? [];
		});
		return open.length > 0 ? open : [ok(`closed to others: ${someOf(paths)}`)];
	},
});
