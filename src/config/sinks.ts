import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { Instance } from "../dss/instance.ts";
import { Secret } from "../model/secret.ts";
import { hostFor, placeholdersOf } from "../sinks/host-template.ts";
import { type SinkSettings, sinkOptions } from "../sinks/options.ts";
import type { TlsSettings } from "../sinks/zabbix-options.ts";
import { NAME, NAME_RULE } from "./checks.ts";
import type { Disk } from "./disk.ts";
import type { Document } from "./document.ts";
import { namesOf } from "./expand.ts";
import { readAuthority, warnUnverified } from "./instances.ts";
import type { Path } from "./path.ts";
import { resolvePath, sectionNames } from "./sections.ts";
import { didYouMean } from "./suggest.ts";

/** Reads `sinks:`; certificates and keys are read from their files here. */
export function readSinks(
	document: Document,
	disk: Disk,
	instances: ReadonlyMap<string, Instance>,
): ReadonlyMap<string, SinkSettings> {
	const good = new Map<string, SinkSettings>();
	for (const name of sectionNames(document, "sinks") ?? []) {
		const path = ["sinks", name];
		if (!NAME.test(name)) document.error(path, `"${name}" ${NAME_RULE}`, { part: "key" });
		const options = document.read(sinkOptions, path);
		if (!options) continue;
		const { tls, ...rest } = options;
		if (tls && rest.psk) {
			document.error([...path, "psk"], `"psk" and "tls" exclude each other: a connection proves itself one way`);
		}
		checkHosts(document, [...path, "host"], rest.host, [...instances.values()]);
		good.set(name, tls ? { ...rest, tls: readTls(document, disk, [...path, "tls"], tls) } : rest);
	}
	return good;
}

/** Every instance needs a host of its own: two that share one would overwrite each other's values. */
function checkHosts(document: Document, path: Path, template: string, instances: readonly Instance[]): void {
	const labels = new Set(["instance", ...instances.flatMap((one) => Object.keys(one.labels))]);
	for (const name of placeholdersOf(template)) {
		if (!labels.has(name)) {
			document.error(path, `no instance has a label "${name}"`, { hint: didYouMean(name, labels) });
			return;
		}
		const [without] = instances.filter((one) => name !== "instance" && one.labels[name] === undefined);
		if (without) {
			document.error(path, `instance "${without.name}" has no label "${name}", so its host has no name`);
			return;
		}
	}
	const byHost = Map.groupBy(instances, (one) => hostFor(template, one.name, one.labels));
	for (const [host, same] of byHost) {
		if (same.length < 2) continue;
		const message = `${namesOf(same.map(({ name }) => name))} would share the host "${host}"`;
		document.error(path, message, { hint: "write {instance} into it" });
		return;
	}
}

type Written = Omit<TlsSettings, "key"> & { readonly key?: string | undefined };

function readTls(document: Document, disk: Disk, path: Path, { key: file, ...tls }: Written): TlsSettings {
	warnUnverified(document, path, tls.verify);
	const ca = readAuthority(document, disk, [...path, "ca"], tls.ca);
	const cert = readAuthority(document, disk, [...path, "cert"], tls.cert);
	const key = file === undefined ? undefined : readKey(document, disk, [...path, "key"], file);
	if ((tls.cert === undefined) !== (file === undefined)) {
		document.error(path, `"cert" and "key" belong together: one of them is missing`);
	} else if (cert !== undefined && key && !new X509Certificate(cert).checkPrivateKey(key.parsed)) {
		document.error([...path, "key"], "this key does not belong to the certificate in cert");
	}
	return {
		...tls,
		...(ca !== undefined && { ca }),
		...(cert !== undefined && { cert }),
		...(key && { key: new Secret(key.pem) }),
	};
}

/** A private key in its file; what is wrong with it is reported. */
function readKey(
	document: Document,
	disk: Disk,
	path: Path,
	file: string,
): { readonly pem: string; readonly parsed: KeyObject } | undefined {
	try {
		const pem = disk.readText(resolvePath(document, file));
		return { pem, parsed: createPrivateKey(pem) };
	} catch (error) {
		const { code = "", message } = error as NodeJS.ErrnoException;
		const reason =
			code.startsWith("ERR_OSSL") || code.startsWith("ERR_INVALID") ? "it holds no private key in PEM form" : message;
		document.error(path, `the key file cannot be used: ${reason}`);
		return undefined;
	}
}
