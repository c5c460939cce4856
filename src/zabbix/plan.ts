import { MASTER_KEY } from "../model/zabbix-key.ts";
import type { Section } from "./tree.ts";
import { stableUuid } from "./uuid.ts";

/** How values get into Zabbix: it asks the daemon, the daemon sends, or it runs a script. */
export const WAYS = ["http", "trapper", "external"] as const;
export type Way = (typeof WAYS)[number];

/** Versions of Zabbix that a template can be written for; later ones of the same family read it, too. */
export type ZabbixVersion = "6.0" | "7.0";

/** What the template takes from a check of the configuration. */
export interface KnownCheck {
	readonly name: string;
	readonly summary: string;
	/** Bad looks in a row until its alert fires, good ones until it is over. */
	readonly failAfter: number;
	readonly recoverAfter: number;
	readonly timeoutMs: number;
}

export interface TemplateOptions {
	readonly way: Way;
	readonly version: ZabbixVersion;
	/** Each name once. */
	readonly checks: readonly KnownCheck[];
	/** Where the daemon's HTTP address is reached. */
	readonly probeUrl?: string;
}

/** What the parts of the template need to know of it. */
export interface Plan {
	readonly way: Way;
	/** The technical name, as expressions have it. */
	readonly name: string;
	uuid(...parts: readonly string[]): string;
	/** The path of an item in an expression: `/Dataiku DSS by HTTP/dss.up`. */
	path(key: string): string;
}

const NAMES: Readonly<Record<Way, string>> = {
	http: "Dataiku DSS by HTTP",
	trapper: "Dataiku DSS by Zabbix trapper",
	external: "Dataiku DSS by external check",
};

/** As Zabbix knows it: for external checks the key is the script and its words. */
export function masterKey(way: Way): string {
	return way === "external" ? 'dss-probe[json,"{HOST.HOST}"]' : MASTER_KEY;
}

export function planFor(way: Way): Plan {
	const name = NAMES[way];
	return { way, name, uuid: (...parts) => stableUuid(name, ...parts), path: (key) => `/${name}/${key}` };
}

/** A trigger that another one depends on, as an import names it. */
export function asDependency({ name, expression, recovery_expression }: Section): Section {
	return { name, expression, recovery_expression };
}
