import type { Discovery } from "./discover.ts";
import { inWords } from "./in-words.ts";
import { checkLines, instanceLines, type KeyNames } from "./proposal-lines.ts";

/**
 * A piece of alerts.yaml: the instance and its checks, each with its reason; what cannot work yet stands there as a comment. The
 * check files are those that come with the program, which are found by their names.
 *
 * @param keys undefined where the instance stands in the configuration already: then only its checks
 */
export function proposalText(discovery: Discovery, keys: KeyNames | undefined): string {
	const instance = keys && ["instances:", ...instanceLines(discovery, keys).map((line) => `  ${line}`)];
	return [
		...inWords(discovery).map((line) => `# ${line}`),
		...(instance ?? []),
		discovery.proposals.some(({ lacks }) => lacks === undefined) ? "checks:" : "checks: []",
		...checkLines(discovery, keys ? undefined : { instance: discovery.instance.name }).map((line) => `  ${line}`),
	].join("\n");
}
