import { readFile, stat } from "node:fs/promises";
import * as z from "zod";
import type { Listed, Target } from "./feed-target.ts";

/** A list of 500 targets with many labels has a tenth of this, bytes. */
const MOST_BYTES = 1_048_576;

const groups = z.array(
	z.object({
		targets: z.array(z.string().regex(/^[^\s/]+$/, "is no host:port")),
		labels: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).optional(),
	}),
);

/** What was read last from each file: a list that did not change is not parsed again. */
const known = new Map<string, { readonly text: string; readonly listed: Listed }>();

/**
 * Reads a file of targets as Prometheus' `file_sd_configs` has it: `[{targets: [host:port], labels: {}}]` in JSON or, with the
 * ending .yml or .yaml, in YAML. Of the labels that begin with two underscores, `__scheme__` and `__metrics_path__` count.
 */
export async function fileTargets(
	file: string,
	way: { readonly scheme: string; readonly path: string },
): Promise<Listed> {
	const name = `${file} ${way.scheme} ${way.path}`;
	let text: string;
	try {
		if ((await stat(file)).size > MOST_BYTES) return { ok: false, why: `${file} is larger than 1 MiB` };
		text = await readFile(file, "utf8");
	} catch (error) {
		return { ok: false, why: wordsOf(error) };
	}
	const before = known.get(name);
	if (before?.text === text) return before.listed;
	const listed = await read(text, file, way);
	known.set(name, { text, listed });
	return listed;
}

async function read(
	text: string,
	file: string,
	way: { readonly scheme: string; readonly path: string },
): Promise<Listed> {
	let given: unknown;
	try {
		given = /\.ya?ml$/i.test(file) ? (await import("yaml")).parse(text, { logLevel: "silent" }) : JSON.parse(text);
	} catch (error) {
		return { ok: false, why: `${file}: ${wordsOf(error)}` };
	}
	const parsed = groups.safeParse(given);
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		const place = issue?.path.join(".") ?? "";
		return { ok: false, why: `${file}: ${place === "" ? "" : `${place}: `}${issue?.message ?? "no list of targets"}` };
	}
	const targets = parsed.data.flatMap(({ targets: addresses, labels = {} }) =>
		addresses.map((address) => toTarget(address, labels, way)),
	);
	const wrong = targets.find(({ url }) => !URL.canParse(url ?? ""));
	if (wrong) return { ok: false, why: `${file}: ${wrong.name} is no host:port` };
	return { ok: true, targets };
}

function toTarget(
	address: string,
	labels: Readonly<Record<string, string>>,
	way: { readonly scheme: string; readonly path: string },
): Target {
	const scheme = labels["__scheme__"] ?? way.scheme;
	const path = labels["__metrics_path__"] ?? way.path;
	const shown = Object.entries(labels).filter(([name]) => !name.startsWith("__"));
	return { name: address, url: `${scheme}://${address}${path}`, labels: Object.fromEntries(shown) };
}

/** The first line of an error: a parser goes on to draw the place. */
function wordsOf(error: unknown): string {
	return (error instanceof Error ? error.message : String(error)).split("\n")[0] as string;
}
