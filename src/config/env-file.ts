import type { Disk } from "./disk.ts";
import type { Problems } from "./problems.ts";

/** What an environment file sets, and the lines that cannot be understood. */
export interface EnvFile {
	readonly values: Readonly<Record<string, string>>;
	readonly wrong: readonly { readonly line: number; readonly message: string }[];
}

const LINE = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/;
/** What every reader takes without quotes, as it is. */
const PLAIN = /^[A-Za-z0-9_\-.:/@%+,]*$/;
/** What a backslash takes its meaning from between double quotes. */
const SPECIAL = /["\\$`]/g;
/** The file with the variables of a configuration: `alerts.env` beside `alerts.yaml`. */
export function envFileOf(file: string): string {
	return `${file.replace(/\.ya?ml$/i, "")}.env`;
}

/**
 * Reads `NAME=value` lines, as a shell, systemd (`EnvironmentFile=`) and this program understand them alike: empty lines and
 * those that begin with `#` say nothing, `export` is skipped, a value may stand in 'single' or "double" quotes. No line goes on
 * in the next one, and nothing is filled in. Without quotes everything up to the end of the line counts, as in systemd.
 */
export function readEnvFile(text: string): EnvFile {
	const values: Record<string, string> = {};
	const wrong: { line: number; message: string }[] = [];
	for (const [index, raw] of text.split(/\r?\n/).entries()) {
		const line = raw.trim();
		if (line === "" || line.startsWith("#")) continue;
		const [, name, written = ""] = LINE.exec(line) ?? [];
		const value = name === undefined ? undefined : unquoted(written);
		// The value itself is never repeated: it is a secret.
		if (name === undefined) wrong.push({ line: index + 1, message: "this is no NAME=value" });
		else if (value === undefined) {
			wrong.push({
				line: index + 1,
				message: `the value of ${name} is not in order: close its quotes, or put it into '...'`,
			});
		} else values[name] = value;
	}
	return { values, wrong };
}

function unquoted(written: string): string | undefined {
	if (written.startsWith("'")) return /^'([^']*)'$/.exec(written)?.[1];
	if (written.startsWith('"')) {
		return /^"((?:[^"\\$`]|\\.)*)"$/.exec(written)?.[1]?.replace(/\\(["\\$`])/g, "$1");
	}
	return /["'\\]/.test(written) ? undefined : written;
}

/**
 * One line of an environment file.
 *
 * @throws where the value has a control character: no such line would mean the same to all readers
 */
export function envLine(name: string, value: string): string {
	if (/\p{Cc}/u.test(value)) throw new Error(`the value of ${name} has a control character`);
	if (PLAIN.test(value)) return `${name}=${value}`;
	return value.includes("'") ? `${name}="${value.replace(SPECIAL, "\\$&")}"` : `${name}='${value}'`;
}

/** A variable's value, or why there is none. */
export type Variable = { readonly value: string } | { readonly message: string };

/**
 * The variables of a configuration: those of the environment, and below them those of the file beside it.
 *
 * @param file of `envFileOf`; it need not be there
 */
export function variablesOf(
	env: Readonly<Record<string, string | undefined>>,
	file: string,
	disk: Disk,
	problems: Problems,
): (name: string) => Variable {
	let beside: Readonly<Record<string, string>> | undefined;
	let lacking = "is not set in the environment";
	// Only when the first one is wanted: in a service it may well be closed to the program, which has all it needs.
	const readBeside = (): Readonly<Record<string, string>> => {
		try {
			const { values, wrong } = readEnvFile(disk.readText(file));
			for (const { line, message } of wrong) problems.error({ file, line, column: 1, path: "" }, message);
			lacking = `is set neither in the environment nor in ${file}`;
			return values;
		} catch (error) {
			const { cause, message } = error as Error;
			if ((cause as NodeJS.ErrnoException | undefined)?.code !== "ENOENT") {
				lacking = `is not set in the environment, and ${file} cannot be read: ${message}`;
			}
			return {};
		}
	};
	return (name) => {
		const given = Object.hasOwn(env, name) ? env[name] : undefined;
		if (given !== undefined) return { value: given };
		beside ??= readBeside();
		const value = Object.hasOwn(beside, name) ? beside[name] : undefined;
		return value === undefined ? { message: lacking } : { value };
	};
}
