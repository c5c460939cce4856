/** Where something stands in a file. Lines and columns count from 1. */
export interface Place {
	readonly file: string;
	readonly line: number;
	readonly column: number;
	/** The way to it through the file: `checks[1].with.project`. */
	readonly path: string;
	/** The line as it stands in the file, `${NAME}` unreplaced and secrets blanked, and the offset of the caret in it. */
	readonly excerpt?: { readonly text: string; readonly caret: number };
}

/** One thing that is wrong, or looks wrong, with what the user wrote. */
export interface Problem extends Place {
	/** An error refuses the whole configuration; a warning does not. */
	readonly severity: "error" | "warning";
	readonly message: string;
	/** What to do: `did you mean "channels"?` */
	readonly hint?: string;
}

/** Collects everything that is wrong, so that the user can mend the file once. */
export interface Problems {
	error(place: Place, message: string, hint?: string): void;
	warning(place: Place, message: string, hint?: string): void;
	/** All of them, by file and line; one that was reported several times appears once. */
	list(): readonly Problem[];
}

/** @param conceal takes out of a message what must not be shown: the values that stand behind `${NAME}` */
export function collectProblems(conceal: (text: string) => string): Problems {
	const found = new Map<string, Problem>();
	function add(severity: Problem["severity"], place: Place, message: string, hint: string | undefined): void {
		const text = conceal(message);
		const key = `${place.file}\n${place.line}\n${place.column}\n${text}`;
		if (found.has(key)) return;
		found.set(key, { ...place, severity, message: text, ...(hint !== undefined && { hint: conceal(hint) }) });
	}
	return {
		error: (place, message, hint) => add("error", place, message, hint),
		warning: (place, message, hint) => add("warning", place, message, hint),
		list: () => [...found.values()].sort(byPlace),
	};
}

function byPlace(a: Problem, b: Problem): number {
	if (a.file !== b.file) return a.file < b.file ? -1 : 1;
	return a.line - b.line || a.column - b.column;
}

/** How parts of the text are coloured; without one the text is plain. */
export interface Paint {
	error(text: string): string;
	warning(text: string): string;
	faint(text: string): string;
}

const plain: Paint = { error: (text) => text, warning: (text) => text, faint: (text) => text };

/** Widest piece of a source line that is shown. */
const WIDTH = 120;

/**
 * Writes a problem as compilers do, so that editors and people find the place:
 *
 * ```text
 * alerts.yaml:12:1: unknown key "chanels"
 *     chanels:
 *     ^ did you mean "channels"?
 * ```
 */
export function formatProblem(problem: Problem, paint: Paint = plain): string {
	const { file, line, column, severity, message, hint, excerpt } = problem;
	const word = severity === "warning" ? `${paint.warning("warning:")} ${message}` : paint.error(message);
	const lines = [`${file}:${line}:${column}: ${word}`];
	if (excerpt?.text.trim()) {
		const from = excerpt.caret > WIDTH - 20 ? excerpt.caret - WIDTH / 2 : 0;
		const shown = excerpt.text.slice(from, from + WIDTH);
		// Tabs are kept, so that the caret stands under its letter whatever their width.
		const indent = shown.slice(0, excerpt.caret - from).replace(/[^\t]/g, " ");
		lines.push(paint.faint(`    ${shown.trimEnd()}`), `    ${indent}${paint.error("^")}${hint ? ` ${hint}` : ""}`);
	} else if (hint) lines.push(`    ${hint}`);
	return lines.join("\n");
}

/** All problems, one after the other, as `formatProblem` writes them. */
export function formatProblems(problems: readonly Problem[], paint: Paint = plain): string {
	return problems.map((problem) => formatProblem(problem, paint)).join("\n");
}
