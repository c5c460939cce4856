import { createHash } from "node:crypto";

/**
 * The identity of a part of a template. Zabbix recognises parts by it when a template is imported again, also under another
 * name, so it comes from names that never change: the same part has the same one in every export and in every version of
 * dss-probe. Zabbix asks for the form of a random uuid (version 4) without dashes.
 *
 * @param parts names of the part, from the template inwards
 */
export function stableUuid(...parts: readonly string[]): string {
	const hash = createHash("sha256")
		.update(["dss-probe", ...parts].join("\n"))
		.digest("hex");
	const variant = "89ab"[Number.parseInt(hash.charAt(16), 16) % 4] as string;
	return `${hash.slice(0, 12)}4${hash.slice(13, 16)}${variant}${hash.slice(17, 32)}`;
}
