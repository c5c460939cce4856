import type { Config } from "./alerts.ts";
import type { Disk } from "./disk.ts";
import { type Document, openDocument, rememberFilled } from "./document.ts";
import { envFileOf, variablesOf } from "./env-file.ts";
import { freeze } from "./freeze.ts";
import { collectProblems, type Problem } from "./problems.ts";
import { filledSecrets, findSecrets, isUnfilled, textsOf } from "./secrets.ts";
import { resolvePath } from "./sections.ts";
import type { Parse } from "./yaml.ts";

/**
 * Either a configuration that holds in every respect, or everything that is wrong with it, warnings included. `sound` is
 * then what is in order all the same: to be examined, never to be run.
 */
export type Loaded =
	| { readonly ok: true; readonly config: Config }
	| { readonly ok: false; readonly problems: readonly Problem[]; readonly sound?: Config };

type Compose = (
	document: Document,
	disk: Disk,
	open: (text: string, file: string) => Document,
) => Omit<Config, "warnings" | "secrets"> | undefined;

/**
 * Reads alerts.yaml and what it names. Never throws for anything that is written there.
 *
 * @param sources.select what of a file's data is looked at; all of it where this is absent
 * @param compose makes a configuration of alerts.yaml
 */
export function readConfig(
	file: string,
	sources: {
		readonly env: Readonly<Record<string, string | undefined>>;
		readonly disk: Disk;
		readonly parse: Parse;
		readonly select?: (data: unknown) => unknown;
	},
	compose: Compose,
): Loaded {
	const { disk } = sources;
	const filled = rememberFilled();
	const problems = collectProblems(filled.conceal);
	const variable = variablesOf(sources.env, envFileOf(file), disk, problems);
	const open = (text: string, path: string) => {
		const readFile = (named: string) => disk.readText(resolvePath({ file: path }, named));
		return openDocument(text, path, {
			problems,
			filled,
			sources: { variable, readFile },
			parse: sources.parse,
			select: sources.select,
		});
	};
	let text: string;
	try {
		text = disk.readText(file);
	} catch (error) {
		problems.error({ file, line: 1, column: 1, path: "" }, `cannot be read: ${(error as Error).message}`);
		return { ok: false, problems: problems.list() };
	}
	const document = open(text, file);
	const config = document.isReadable ? compose(document, disk, open) : undefined;
	const list = problems.list();
	if (!config) return { ok: false, problems: list };
	const probes = new Set(config.checks.map(({ probe }) => probe));
	const named = [config.instances, config.channels, config.sinks].map((section) => [...section.values()]);
	const found = findSecrets([...named, config.web, [...probes]]);
	// A ${…} that gave nothing still stands there, and hiding it would hide what is wrong.
	const known = found.flatMap(textsOf).filter((text) => !isUnfilled(text));
	const secrets = [...new Set([...known, ...filledSecrets(filled.values)])];
	const all = { ...config, secrets, warnings: list };
	if (list.some(({ severity }) => severity === "error")) return { ok: false, problems: list, sound: all };
	return { ok: true, config: freeze(all) };
}
