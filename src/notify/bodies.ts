import { alertmanager } from "./bodies/alertmanager.ts";
import { alertmanagerWebhook } from "./bodies/alertmanager-webhook.ts";
import { icinga2 } from "./bodies/icinga2.ts";
import { opsgenie } from "./bodies/opsgenie.ts";
import { pagerduty } from "./bodies/pagerduty.ts";
import { teams } from "./bodies/teams.ts";
import { parseTemplate, type Template, type TemplateText } from "./template.ts";

/** The bodies that come with dss-probe, by the name that `body:` gives. */
export const BODIES: Readonly<Record<string, TemplateText>> = {
	alertmanager,
	"alertmanager-webhook": alertmanagerWebhook,
	icinga2,
	opsgenie,
	pagerduty,
	teams,
};

/** A name of a body; anything with a dot or a slash is a file. */
export function isBodyName(body: string): boolean {
	return /^[\w-]+$/.test(body);
}

/**
 * Reads the template of a channel.
 *
 * @param body a name out of `BODIES`, or the template itself as JSON text
 * @throws where it is neither, or not in order
 */
export function templateOf(body: string): Template {
	const read = parseTemplate(isBodyName(body) ? builtIn(body) : JSON.parse(body));
	if ("template" in read) return read.template;
	const [first] = read.problems;
	throw new Error(`the template of the body is wrong at ${first?.path.join(".")}: ${first?.message}`);
}

function builtIn(name: string): TemplateText {
	const found = Object.hasOwn(BODIES, name) ? BODIES[name] : undefined;
	if (found === undefined) throw new Error(`there is no body "${name}"; there are: ${Object.keys(BODIES).join(", ")}`);
	return found;
}

/** Which names under `with:` a template lacks, and which it does not know. */
export function checkWith(
	template: Template,
	given: readonly string[],
): { readonly missing: readonly string[]; readonly unknown: readonly string[] } {
	return {
		missing: template.with.filter((name) => !given.includes(name)),
		unknown: given.filter((name) => !template.with.includes(name)),
	};
}
