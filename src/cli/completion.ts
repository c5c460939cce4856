import type { Command } from "commander";
import { type Completion, complete } from "./complete.ts";
import { namesIn } from "./complete-names.ts";
import { configFile } from "./config-file.ts";
import { EXIT, UserError } from "./exit.ts";
import type { Io, Verb } from "./io.ts";

/** The line that lets the shell add paths. No word of ours begins like it. */
const FILES = ":files";

/**
 * The scripts hand every word up to the cursor to `dss-probe __complete` and take what it prints: a word and what it is about,
 * with a tab between. So they need not change with the program.
 */
const SCRIPTS: Readonly<Record<string, string>> = {
	bash: `# dss-probe's words for bash. Made by: dss-probe completion bash
_dss_probe() {
	local words current kept candidate
	# Bash takes words apart at = and :, so they are read from the line itself.
	read -ra words <<<"\${COMP_LINE:0:COMP_POINT}"
	[[ \${COMP_LINE:0:COMP_POINT} == *[[:space:]] ]] && words+=("")
	current=\${words[\${#words[@]} - 1]}
	kept=\${current%"\${current##*[=:]}"}
	COMPREPLY=()
	while IFS=$'\\t' read -r candidate _; do
		if [[ $candidate == ${FILES} ]]; then
			compopt -o filenames 2>/dev/null
			while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done < <(compgen -f -- "\${current##*=}")
		elif [[ $candidate == "$current"* ]]; then
			COMPREPLY+=("\${candidate#"$kept"}")
		fi
	done < <("\${words[0]}" __complete "\${words[@]:1}" 2>/dev/null)
}
complete -F _dss_probe dss-probe`,
	zsh: `#compdef dss-probe
# dss-probe's words for zsh. Made by: dss-probe completion zsh
_dss_probe() {
	local line with_files
	local -a found
	for line in "\${(@f)$("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
		if [[ $line == ${FILES} ]]; then
			with_files=1
		elif [[ -n $line ]]; then
			found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
		fi
	done
	(( $#found )) && _describe -t words 'dss-probe' found
	[[ -z $with_files ]] || _files
}
if [[ $funcstack[1] == _dss-probe ]]; then _dss_probe "$@"; else compdef _dss_probe dss-probe; fi`,
	fish: `# dss-probe's words for fish. Made by: dss-probe completion fish
function __dss_probe_words
	set -l words (commandline -opc)
	for line in ($words[1] __complete $words[2..-1] (commandline -ct) 2>/dev/null)
		if test "$line" = "${FILES}"
			__fish_complete_path (commandline -ct)
		else
			printf '%s\\n' $line
		end
	end
end
complete -c dss-probe -f -a '(__dss_probe_words)'`,
};

export interface CompletionOptions {
	readonly shell: string;
}

/** `completion`: prints a script for a shell. */
export const completion: Verb<CompletionOptions> = async ({ shell }, { terminal }) => {
	const script = SCRIPTS[shell];
	if (script === undefined) {
		throw new UserError(
			`error: there is no completion for ${shell}; there is one for ${Object.keys(SCRIPTS).join(", ")}`,
			EXIT.usage,
		);
	}
	terminal.out(script);
	return EXIT.ok;
};

/**
 * Answers a shell: one candidate a line, also those that do not begin like the word that is typed: shells have rules of their own for that.
 *
 * @param words after the program's name, up to the cursor; the last one may be empty
 */
export function printCandidates(program: Command, words: readonly string[], io: Io): number {
	const names = () => namesIn(configFile(configIn(words), io.env));
	const lines = linesOf(complete(program, words, names));
	if (lines.length > 0) io.terminal.out(lines.join("\n"));
	return EXIT.ok;
}

function linesOf({ candidates, files }: Completion): readonly string[] {
	return [...candidates.map(({ word, about }) => `${word}\t${about}`), ...(files ? [FILES] : [])];
}

/** The configuration that the command line names so far. */
function configIn(words: readonly string[]): string | undefined {
	const at = words.findLastIndex((word, index) => /^(?:-c|--config)$/.test(word) && index < words.length - 2);
	if (at >= 0) return words[at + 1];
	return words.findLast((word) => word.startsWith("--config="))?.slice("--config=".length);
}
