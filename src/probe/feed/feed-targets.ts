import * as z from "zod";
import { shownUrl } from "../../dss/evidence.ts";
import type { Fault } from "../../model/sample.ts";
import type { ProbeContext } from "../kind.ts";
import { recall } from "../recall.ts";
import { dockerTargets } from "./feed-docker.ts";
import { fileTargets } from "./feed-file.ts";
import type { FeedOptions } from "./feed-options.ts";
import { type Listed, type Target, target } from "./feed-target.ts";

/** What came of looking for targets: a list, and why it is an old one if it is; or a fault. */
export type Targets =
	| { readonly ok: true; readonly targets: readonly Target[]; readonly stale: string }
	| { readonly ok: false; readonly fault: Fault };

/** Each costs a request at every look. */
const MOST_TARGETS = 500;

/**
 * Finds the targets of a check. Where the file is broken or Docker does not answer, the last good list holds, also after a
 * restart.
 */
export async function findTargets(options: FeedOptions, context: ProbeContext): Promise<Targets> {
	const { path, urls } = options;
	const { instance, notes, key } = context;
	if (urls) {
		const targets = urls.map((url) => ({ name: shownUrl(url).replace(/^https?:\/\//, ""), url, labels: {} }));
		return { ok: true, targets: distinct(targets), stale: "" };
	}
	if (!options.targets_file && !options.docker) {
		return { ok: true, targets: [{ name: instance.name, url: `${instance.url}${path}`, labels: {} }], stale: "" };
	}
	const noteKey = `feed targets ${key}`;
	const listed = await list(options, context);
	if (!listed.ok) {
		const last = recall(notes, noteKey, z.array(target));
		if (last) return { ok: true, targets: last, stale: `${listed.why}; the last good list holds` };
		return { ok: false, fault: { code: "prober_targets", text: listed.why } };
	}
	const targets = distinct(listed.targets);
	if (targets.length > MOST_TARGETS) {
		const text = `${targets.length} targets, at most ${MOST_TARGETS} are possible`;
		return { ok: false, fault: { code: "prober_targets", text } };
	}
	const text = JSON.stringify(targets);
	if (text !== notes.get(noteKey)) notes.set(noteKey, text);
	return { ok: true, targets, stale: "" };
}

function list(options: FeedOptions, context: ProbeContext): Promise<Listed> {
	const { scheme, path = "/metrics", targets_file: file, docker } = options;
	if (docker) return dockerTargets(docker, { scheme, path }, context);
	return fileTargets(file as string, { scheme, path });
}

/** Takes out what is there twice, and makes names unique that stand for different addresses. */
function distinct(targets: readonly Target[]): readonly Target[] {
	const byName = new Map<string, Target>();
	const urls = new Set<string>();
	for (const one of targets) {
		if (one.url !== undefined && urls.has(one.url)) continue;
		if (one.url !== undefined) urls.add(one.url);
		let name = byName.has(one.name) && one.url !== undefined ? shownUrl(one.url) : one.name;
		for (let count = 2; byName.has(name); count++) name = `${one.name} (${count})`;
		byName.set(name, { ...one, name });
	}
	return [...byName.values()];
}
