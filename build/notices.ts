import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The innermost package that a file belongs to. */
const PACKAGE = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//;

interface About {
	readonly name: string;
	readonly version: string;
	/** Old packages write an object. */
	readonly license?: string | { readonly type: string };
}

/**
 * The licences of all that was bundled, as they ask to be passed on.
 *
 * @param modules files that went into the bundle
 * @returns one text with name, version, licence and notice of each package, in order
 */
export function noticesOf(modules: Iterable<string>): string {
	const folders = new Set([...modules].flatMap((file) => PACKAGE.exec(file)?.[1] ?? []));
	const notices = [...folders].map((folder) => {
		const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as About;
		const { name, version, license } = about;
		const [file] = readdirSync(folder).filter((entry) => /^(?:licen[cs]e|copying)(?:[.-]|$)/i.test(entry));
		const text = file === undefined ? "" : `\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
		return `${name} ${version}, ${typeof license === "object" ? license.type : (license ?? "licence not stated")}\n${text}`;
	});
	const rule = `\n${"-".repeat(80)}\n\n`;
	return `dss-probe contains these packages.\n${rule}${notices.sort().join(rule)}`;
}
