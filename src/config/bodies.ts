import { BODIES, checkWith, isBodyName } from "../notify/bodies.ts";
import type { ChannelOptions } from "../notify/notify.ts";
import { parseTemplate, type Template } from "../notify/template.ts";
import type { Disk } from "./disk.ts";
import type { Document } from "./document.ts";
import type { Path } from "./path.ts";
import { resolvePath } from "./sections.ts";
import { didYouMean } from "./suggest.ts";

/** Reads a text as a configuration file. */
export type Open = (text: string, file: string) => Document;

type WebhookOptions = Extract<ChannelOptions, { readonly type: "webhook" }>;

/**
 * Checks the body of a webhook and what it needs under `with:`. A template of one's own is read from its file here; the
 * channel gets its text.
 */
export function withBody(
	document: Document,
	disk: Disk,
	open: Open,
	name: string,
	options: WebhookOptions,
): WebhookOptions {
	const path = ["channels", name];
	const { body } = options;
	const given = Object.keys(options.with);
	if (body === undefined) {
		if (given.length > 0) document.error([...path, "with"], `"with" goes with "body" only`, { part: "key" });
		return options;
	}
	if (isBodyName(body)) {
		const known = Object.keys(BODIES);
		const template = Object.hasOwn(BODIES, body) ? templateIn(BODIES[body]) : undefined;
		if (template) checkGiven(document, path, template, given);
		else {
			const hint = didYouMean(body, known) ?? `there are: ${known.join(", ")}; a file has a dot or a slash in its name`;
			document.error([...path, "body"], `there is no body "${body}"`, { hint });
		}
		return options;
	}
	const data = readFile(document, disk, open, [...path, "body"], body);
	const template = templateIn(data);
	if (template) checkGiven(document, path, template, given);
	return template ? { ...options, body: JSON.stringify(data) } : options;
}

function templateIn(data: unknown): Template | undefined {
	const read = parseTemplate(data);
	return "template" in read ? read.template : undefined;
}

/** The data of a template file; what is wrong with it is reported where it stands. */
function readFile(document: Document, disk: Disk, open: Open, path: Path, body: string): unknown {
	const file = resolvePath(document, body);
	let text: string;
	try {
		text = disk.readText(file);
	} catch (error) {
		document.error(path, `the template file cannot be used: ${(error as Error).message}`);
		return undefined;
	}
	const opened = open(text, file);
	if (!opened.isReadable) return undefined;
	const read = parseTemplate(opened.data);
	if ("template" in read) return opened.data;
	for (const { path: at, message, name, known } of read.problems) {
		opened.error(at, message, { hint: name === undefined ? undefined : didYouMean(name, known ?? []) });
	}
	return undefined;
}

function checkGiven(document: Document, path: Path, template: Template, given: readonly string[]): void {
	const { missing, unknown } = checkWith(template, given);
	for (const name of missing) {
		const hint = `add with: { ${name}: … }`;
		document.error([...path, "body"], `this body needs a value "${name}"`, { hint });
	}
	for (const name of unknown) {
		const hint = didYouMean(name, template.with);
		document.error([...path, "with", name], `this body takes no value "${name}"`, { part: "key", hint });
	}
}
