const ZABBIX_VERBS = ["get", "json", "discover"] as const;

/** What Zabbix asks. */
export interface Asked {
	readonly verb: (typeof ZABBIX_VERBS)[number];
	/** Empty for all, where they are listed. */
	readonly instance: string;
	readonly check: string;
	/** Empty for the verdict. */
	readonly field: string;
	readonly isValues: boolean;
	readonly config?: string;
	readonly socket?: string;
	/** Longest time until the answer, as it was written. */
	readonly deadline?: string;
	/** Why the question makes no sense, if it makes none. */
	readonly problem?: string;
}

const USAGE = {
	get: "usage: zabbix get INSTANCE CHECK [FIELD]",
	json: "usage: zabbix json INSTANCE",
	discover: "usage: zabbix discover [INSTANCE] [--values]",
} as const;
const MOST = { get: 3, json: 1, discover: 1 } as const;
const LEAST = { get: 2, json: 1, discover: 0 } as const;

/**
 * Reads the words of a question by hand: a parser of command lines takes longer to load than the answer. An empty word is
 * what an empty parameter of an item key becomes.
 */
export function readWords([first = "", ...words]: readonly string[]): Asked {
	const verb = ZABBIX_VERBS.find((known) => known === first) ?? "get";
	const places: string[] = [];
	const options = new Map<string, string | undefined>();
	let problem: string | undefined;
	for (let index = 0; index < words.length; index++) {
		const word = words[index] as string;
		const [name = "", given] = splitOption(word);
		if (OPTIONS.has(name)) options.set(name, given ?? words[++index]);
		else if (word === "--values") options.set(word, "");
		else if (word.startsWith("-") && word.length > 1) problem ??= `unknown option ${word}`;
		else places.push(word);
	}
	const [instance = "", check = "", field = ""] = places;
	const deadline = options.get("--deadline");
	if (places.slice(0, LEAST[verb]).filter((word) => word !== "").length < LEAST[verb]) problem ??= USAGE[verb];
	if (places.length > MOST[verb]) problem ??= `unexpected argument ${places[MOST[verb]]}`;
	if (options.has("--values") && verb !== "discover") problem ??= "unknown option --values";
	for (const [name, given] of options) if (given === undefined) problem ??= `${name} needs a value`;
	const config = options.get("--config") ?? options.get("-c");
	const socket = options.get("--socket");
	return {
		verb,
		instance,
		check,
		field,
		isValues: options.has("--values"),
		...(config !== undefined && { config }),
		...(socket !== undefined && { socket }),
		...(deadline !== undefined && { deadline }),
		...(problem !== undefined && { problem }),
	};
}

/** Options that take a value. */
const OPTIONS = new Set(["-c", "--config", "--socket", "--deadline"]);

/** `--name=value` in two; the value is undefined where it stands in a word of its own. */
function splitOption(word: string): readonly [string, string?] {
	const at = word.startsWith("--") ? word.indexOf("=") : -1;
	return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}
