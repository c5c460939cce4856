import { X509Certificate } from "node:crypto";
import { type Instance, instanceOptions } from "../dss/instance.ts";
import { NAME, NAME_RULE } from "./checks.ts";
import type { Disk } from "./disk.ts";
import type { Document } from "./document.ts";
import { checkLabels } from "./labels.ts";
import type { Path } from "./path.ts";
import { resolvePath, sectionNames } from "./sections.ts";

/** The name under which dss-probe speaks of itself, in Zabbix and in messages. */
export const OWN_NAME = "dss-probe";

/** The instances that are in order, and the names of all. */
export interface Instances {
	readonly good: ReadonlyMap<string, Instance>;
	readonly names: readonly string[];
}

/** Reads `instances:`; certificates of `tls.ca` are read from their files here. */
export function readInstances(document: Document, disk: Disk): Instances {
	const names = sectionNames(document, "instances");
	if (names === undefined) document.error(["instances"], "there are no instances: nothing to watch");
	const good = new Map<string, Instance>();
	for (const name of names ?? []) {
		const instance = readInstance(document, disk, name);
		if (instance) good.set(name, instance);
	}
	return { good, names: names ?? [] };
}

function readInstance(document: Document, disk: Disk, name: string): Instance | undefined {
	const path: Path = ["instances", name];
	if (!NAME.test(name)) document.error(path, `"${name}" ${NAME_RULE}`, { part: "key" });
	if (name === OWN_NAME) document.error(path, `"${name}" is the name of this program: choose another`, { part: "key" });
	const options = document.read(instanceOptions, path);
	if (!options) return undefined;
	const { api_key: apiKey, admin_key: adminKey, api_prefix: apiPrefix, data_dir: dataDir, labels, tls } = options;
	const url = new URL(options.url);
	if (url.username || url.password) {
		document.error([...path, "url"], "must not hold a user or password: the key has an option of its own, api_key");
	}
	if (url.search || url.hash) document.error([...path, "url"], `"url" must end with the path: no ? and no #`);
	if (url.protocol === "http:" && (apiKey ?? adminKey) && !isLoopback(url.hostname)) {
		document.warning([...path, "url"], "the API key travels in clear over http://", { hint: "use https://" });
	}
	checkLabels(document, [...path, "labels"], labels);
	warnUnverified(document, [...path, "tls"], tls.verify);
	const ca = readAuthority(document, disk, [...path, "tls", "ca"], tls.ca);
	return {
		name,
		url: options.url.replace(/\/+$/, ""),
		...(apiKey && { apiKey }),
		...(adminKey && { adminKey }),
		apiPrefix,
		...(dataDir !== undefined && { dataDir }),
		labels,
		tls: { verify: tls.verify, ...(ca !== undefined && { ca }) },
	};
}

export function warnUnverified(document: Document, path: Path, verify: boolean): void {
	if (verify) return;
	const hint = "name your own authority instead: tls: { ca: /path/to/ca.pem }";
	document.warning([...path, "verify"], "any certificate is accepted: anyone in between can read and answer", { hint });
}

/** The PEM text of an authority's file; what is wrong with it is reported. */
export function readAuthority(
	document: Document,
	disk: Disk,
	path: Path,
	file: string | undefined,
): string | undefined {
	if (file === undefined) return undefined;
	try {
		const pem = disk.readText(resolvePath(document, file));
		// Throws where there is no certificate in it; the first one tells enough.
		new X509Certificate(pem);
		return pem;
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code ?? "";
		const reason = code.startsWith("ERR_OSSL") ? "it holds no certificate in PEM form" : (error as Error).message;
		document.error(path, `the certificate file cannot be used: ${reason}`);
		return undefined;
	}
}

function isLoopback(host: string): boolean {
	return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127\./.test(host);
}
