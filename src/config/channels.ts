import { type ChannelOptions, channelOptions } from "../notify/notify.ts";
import { NAME, NAME_RULE } from "./checks.ts";
import type { Disk } from "./disk.ts";
import type { Document } from "./document.ts";
import { dig } from "./explain.ts";
import { readAuthority, warnUnverified } from "./instances.ts";
import { refuseChannel } from "./routing.ts";
import { sectionNames } from "./sections.ts";

/** The channels that are in order, and the names of all. */
export interface Channels {
	readonly good: ReadonlyMap<string, ChannelOptions>;
	readonly names: readonly string[];
}

/** Reads `channels:`; certificates of `tls.ca` are read from their files here. */
export function readChannels(document: Document, disk: Disk): Channels {
	const names = sectionNames(document, "channels") ?? [];
	const good = new Map<string, ChannelOptions>();
	for (const name of names) {
		const path = ["channels", name];
		if (!NAME.test(name)) document.error(path, `"${name}" ${NAME_RULE}`, { part: "key" });
		const fallback = dig(document.data, [...path, "fallback"]);
		if (fallback === name) document.error([...path, "fallback"], "a channel cannot be its own fallback");
		else if (typeof fallback === "string" && !names.includes(fallback)) {
			refuseChannel(document, [...path, "fallback"], fallback, names);
		}
		const options = document.read(channelOptions, path);
		if (!options) continue;
		good.set(name, withAuthority(document, disk, name, options));
	}
	return { good, names };
}

function withAuthority(document: Document, disk: Disk, name: string, options: ChannelOptions): ChannelOptions {
	if (!("tls" in options)) return options;
	const path = ["channels", name, "tls"];
	warnUnverified(document, path, options.tls.verify);
	const ca = readAuthority(document, disk, [...path, "ca"], options.tls.ca);
	return ca === undefined ? options : { ...options, tls: { ...options.tls, ca } };
}

/** Warns of channels that no route and no other channel names. */
export function warnUnused(document: Document, { good, names }: Channels, routed: ReadonlySet<string>): void {
	const fallbacks = new Set([...good.values()].map(({ fallback }) => fallback));
	for (const name of names) {
		if (routed.has(name) || fallbacks.has(name)) continue;
		document.warning(["channels", name], `channel "${name}" is never used`, {
			part: "key",
			hint: "name it in routes:",
		});
	}
}
