/** Longest evidence that a fault carries, characters. */
const LONGEST = 1_000;

/** Addresses inside a text: their credentials and query are cut out. */
const ADDRESS = /\b(https?:\/\/)(?:[^\s/"'<>]*@)?([^\s?#"'<>]*)(?:[?#][^\s"'<>]*)?/g;

/**
 * Makes any text fit to stand in a fault: one line, no control characters, no credentials or query in addresses,
 * at most 1,000 characters.
 */
export function evidence(text: string): string {
	const line = text
		.slice(0, 4 * LONGEST)
		.replace(ADDRESS, "$1$2")
		// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal or a log line.
		.replace(/[\s\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ")
		.trim();
	return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
}

/** An address as people may see it: without user, password, query and fragment. */
export function shownUrl(url: string): string {
	const parsed = URL.parse(url);
	return parsed === null ? evidence(url) : `${parsed.origin}${parsed.pathname}`;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", nbsp: " " };

/** The title of an HTML page, or its first heading; undefined where there is neither. */
export function pageTitle(html: string): string | undefined {
	const found = /<title[^>]*>([^<]*)<\/title>/i.exec(html) ?? /<h1[^>]*>([^<]*)<\/h1>/i.exec(html);
	const title = found?.[1]?.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => ENTITIES[name] as string);
	return title?.replace(/\s+/g, " ").trim().slice(0, 200) || undefined;
}
