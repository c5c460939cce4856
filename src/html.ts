/** A piece of HTML that is known to be safe as it stands. Only `html` and `trusted` make one. */
export class Html {
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}

	toString(): string {
		return this.text;
	}
}

/** What may stand in a `${}` of a template. Text is escaped; undefined and false show nothing; lists are joined. */
export type Insert = Html | string | number | undefined | false | readonly Insert[];

const ENTITIES: Readonly<Record<string, string>> = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	'"': "&quot;",
	"'": "&#39;",
};

/**
 * A template whose inserts are escaped by default: html`<p title="${name}">${text}</p>`. Attributes must be quoted.
 * An address in an attribute needs `webAddress` besides: escaping does not stop `javascript:`.
 */
export function html(parts: TemplateStringsArray, ...inserts: readonly Insert[]): Html {
	let text = parts[0] as string;
	inserts.forEach((insert, index) => {
		text += show(insert) + parts[index + 1];
	});
	return new Html(text);
}

/** Markup of our own that is passed through as it is: a style sheet, a drawing. Never a text from outside. */
export function trusted(markup: string): Html {
	return new Html(markup);
}

/** The address if it leads to a web page, and undefined where it could run a script or leave the web. */
export function webAddress(address: string): string | undefined {
	const url = URL.parse(address);
	return url?.protocol === "https:" || url?.protocol === "http:" ? url.href : undefined;
}

function show(insert: Insert): string {
	if (insert === undefined || insert === false) return "";
	if (insert instanceof Html) return insert.text;
	if (typeof insert === "object") return insert.map(show).join("");
	return String(insert).replace(/[&<>"']/g, (sign) => ENTITIES[sign] as string);
}
