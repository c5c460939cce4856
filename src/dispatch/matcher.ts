export type Labels = Readonly<Record<string, string>>;

/**
 * Whether labels pass a match: every named label must have (one of) the given value(s); a `*` stands for any text.
 * An empty match takes everything; a label that is missing is matched by nothing, not even by `*` alone.
 */
export function matches(match: Readonly<Record<string, string | readonly string[]>>, labels: Labels): boolean {
	return Object.entries(match).every(([name, wanted]) => {
		const value = Object.hasOwn(labels, name) ? labels[name] : undefined;
		if (value === undefined) return false;
		return typeof wanted === "string" ? fits(wanted, value) : wanted.some((one) => fits(one, value));
	});
}

function fits(pattern: string, value: string): boolean {
	if (!pattern.includes("*")) return pattern === value;
	const parts = pattern.split("*");
	const [first, last] = [parts[0] as string, parts.at(-1) as string];
	if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false;
	// The texts between two stars must follow each other; the leftmost place for each is as good as any.
	let from = first.length;
	for (const part of parts.slice(1, -1)) {
		const found = value.indexOf(part, from);
		if (found < 0) return false;
		from = found + part.length;
	}
	return from <= value.length - last.length;
}
