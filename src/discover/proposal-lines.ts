import { type Discovery, roleLabel } from "./discover.ts";
import type { Proposal } from "./propose.ts";

/** How secrets and files are named: as environment variables, or as paths. */
export interface KeyNames {
	/** Such as ${DSS_API_KEY}; absent: the instance gets none. */
	readonly apiKey?: string;
	readonly adminKey?: string;
	/** The file of your own authority. */
	readonly ca?: string;
}

/** The longest line of a comment, characters. */
const WIDTH = 118;

/** The entry under `instances:`. */
export function instanceLines(discovery: Discovery, keys: KeyNames): readonly string[] {
	const { instance } = discovery;
	const { apiPrefix, dataDir, tls } = instance;
	return [
		`${instance.name}:`,
		`  url: ${quoted(instance.url)}`,
		...(keys.apiKey === undefined ? [] : [`  api_key: ${quoted(keys.apiKey)}`]),
		...(keys.adminKey === undefined ? [] : [`  admin_key: ${quoted(keys.adminKey)}`]),
		...(apiPrefix === "/public/api" ? [] : [`  api_prefix: ${apiPrefix}`]),
		...(dataDir === undefined ? [] : [`  data_dir: ${quoted(dataDir)}`]),
		...(keys.ca === undefined ? [] : [`  tls: { ca: ${quoted(keys.ca)} }`]),
		...(tls.verify ? [] : ["  tls: { verify: false }"]),
		`  labels: { role: ${roleLabel(discovery)} }`,
	];
}

/**
 * The entries under `checks:`, each below its reason.
 *
 * @param on the labels by which they find the instance
 */
export function checkLines(
	discovery: Discovery,
	on: Readonly<Record<string, string>> = { role: roleLabel(discovery) },
): readonly string[] {
	return discovery.proposals.flatMap((proposal) => {
		const { why, lacks } = proposal;
		const reason = `${why.charAt(0).toUpperCase()}${why.slice(1)}.`;
		const lines = useLines(proposal, on);
		if (lacks === undefined) return [...comment(reason), ...lines];
		return [...comment(`${reason} Needs ${lacks}.`), ...lines.map((line) => `# ${line}`)];
	});
}

function useLines({ check, with: given, limits }: Proposal, on: Readonly<Record<string, string>>): readonly string[] {
	const settings = Object.entries(limits ?? {}).map(([key, value]) => `  ${key}: ${flow(value)}`);
	return [
		`- use: ${check}`,
		`  on: ${flow(on)}`,
		...(given ? [`  with: ${flow(given)}`] : []),
		...(limits ? ["  # A few times what it took now.", ...settings] : []),
	];
}

/** One line of YAML for a value. */
function flow(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
	if (typeof value === "object" && value !== null) {
		const pairs = Object.entries(value).map(([name, inner]) => `${name}: ${flow(inner)}`);
		return `{ ${pairs.join(", ")} }`;
	}
	return typeof value === "string" ? quoted(value) : String(value);
}

/** As it is where YAML cannot take it for anything else than this text. */
function quoted(text: string): string {
	return /^[A-Za-z][\w./-]*$|^\d+(?:ms|s|m|h|d)$/.test(text) && !/^(?:true|false|yes|no|on|off|null|y|n)$/i.test(text)
		? text
		: JSON.stringify(text);
}

function comment(text: string): string[] {
	const lines: string[] = [];
	let line = "#";
	for (const word of text.split(" ")) {
		if (line.length + 1 + word.length > WIDTH) {
			lines.push(line);
			line = "#";
		}
		line += ` ${word}`;
	}
	return [...lines, line];
}
