import type { Discovery } from "./discover.ts";
import { inWords } from "./in-words.ts";
import { checkLines, instanceLines, type KeyNames } from "./proposal-lines.ts";

/** A whole piece of alerts.yaml: the instance and its checks, each with its reason; what cannot work yet stands there as a comment. */
export function proposalText(discovery: Discovery, keys: KeyNames): string {
	return [
		...inWords(discovery).map((line) => `# ${line}`),
		"instances:",
		...instanceLines(discovery, keys).map((line) => `  ${line}`),
		"check_files: [checks]",
		discovery.proposals.some(({ lacks }) => lacks === undefined) ? "checks:" : "checks: []",
		...checkLines(discovery).map((line) => `  ${line}`),
	].join("\n");
}
