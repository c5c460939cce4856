import { Secret } from "../model/secret.ts";
import { dig } from "./explain.ts";
import type { Path } from "./path.ts";

/** Names of variables whose values are secrets wherever they are put in. */
const SECRET_NAME = /KEY|SECRET|TOKEN|PASS|PWD|CREDENTIAL|AUTH|WEBHOOK/i;

/** Which values that were filled in must be hidden: what came from a file, and what is called like a secret. */
export function filledSecrets(values: ReadonlyMap<string, string>): readonly string[] {
	return [...values]
		.filter(([, mark]) => mark.startsWith("$\u007bfile:") || SECRET_NAME.test(mark))
		.map(([value]) => value);
}

/** A secret among options, and where. */
export interface FoundSecret {
	readonly path: Path;
	readonly secret: Secret;
}

/** Every `Secret` in options. */
export function findSecrets(options: unknown, path: Path = []): FoundSecret[] {
	if (options instanceof Secret) return [{ path, secret: options }];
	if (Array.isArray(options)) return options.flatMap((item, index) => findSecrets(item, [...path, index]));
	if (typeof options !== "object" || options === null || options instanceof Map) return [];
	return Object.entries(options).flatMap(([key, value]) => findSecrets(value, [...path, key]));
}

/** The texts that give a secret away: itself, and the password inside an address as written and as decoded. */
export function textsOf({ secret }: FoundSecret): string[] {
	const text = secret.reveal();
	const password = URL.canParse(text) ? new URL(text).password : "";
	return password === "" ? [text] : [text, password, decode(password)];
}

/** Whether a text is a `${…}` that gave no value, as only a configuration with mistakes holds. */
export function isUnfilled(text: string): boolean {
	return /^\$\{[^{}]*\}$/.test(text);
}

/** The file that a secret may stand in. */
interface Holder {
	readonly data: unknown;
	isLiteral(path: Path): boolean;
	warning(path: Path, message: string, detail: { readonly hint: string }): void;
}

/** Warns where a secret is written out in the file instead of `${NAME}` or `${file:…}`. */
export function warnClear(holder: Holder, { path, secret }: FoundSecret): void {
	const at = sameCase(holder.data, path);
	if (!holder.isLiteral(at) || !givesAway(secret.reveal())) return;
	const hint = `write \${NAME} or \${file:/path}, and keep the value out of this file`;
	holder.warning(at, "a secret stands in this file in clear", { hint });
}

/** An address is secret for its password or, as with Slack, for its path; `smtp://mail:25` tells nothing. */
export function givesAway(text: string): boolean {
	if (!URL.canParse(text) || !text.includes("://")) return true;
	const url = new URL(text);
	return url.password !== "" || url.hostname === "hooks.slack.com";
}

/** Names of headers arrive in lower case; the file may have them otherwise. */
function sameCase(data: unknown, path: Path): Path {
	return path.map((step, depth) => {
		const above = dig(data, path.slice(0, depth));
		if (typeof step === "number" || typeof above !== "object" || above === null || step in above) return step;
		return Object.keys(above).find((key) => key.toLowerCase() === step) ?? step;
	});
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
