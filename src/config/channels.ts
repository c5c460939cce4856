import { type ChannelOptions, channelOptions } from "../notify/notify.ts";
import { type Open, withBody } from "./bodies.ts";
import { NAME, NAME_RULE } from "./checks.ts";
import type { Disk } from "./disk.ts";
import type { Document } from "./document.ts";
import { dig } from "./explain.ts";
import { readAuthority, warnUnverified } from "./instances.ts";
import { checkChannel, isHeartbeat } from "./routing.ts";
import { sectionNames } from "./sections.ts";

/** The channels that are in order, and the names of all. */
export interface Channels {
	readonly good: ReadonlyMap<string, ChannelOptions>;
	readonly names: readonly string[];
}

/**
 * Reads `channels:`; certificates of `tls.ca` and templates of `body` are read from their files here.
 *
 * @param open reads a text as a configuration file
 */
export function readChannels(document: Document, disk: Disk, open: Open): Channels {
	const names = sectionNames(document, "channels") ?? [];
	const good = new Map<string, ChannelOptions>();
	for (const name of names) {
		const path = ["channels", name];
		if (!NAME.test(name)) document.error(path, `"${name}" ${NAME_RULE}`, { part: "key" });
		const fallback = dig(document.data, [...path, "fallback"]);
		if (fallback === name) document.error([...path, "fallback"], "a channel cannot be its own fallback");
		else if (typeof fallback === "string") checkChannel(document, [...path, "fallback"], fallback, names);
		const options = document.read(channelOptions, path);
		if (!options) continue;
		const whole = options.type === "webhook" ? withBody(document, disk, open, name, options) : options;
		good.set(name, withAuthority(document, disk, name, whole));
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
	const fallbacks = new Set([...good.values()].map((options) => "fallback" in options && options.fallback));
	for (const name of names) {
		if (routed.has(name) || fallbacks.has(name) || isHeartbeat(document, name)) continue;
		document.warning(["channels", name], `channel "${name}" is never used`, {
			part: "key",
			hint: "name it in routes:",
		});
	}
}
