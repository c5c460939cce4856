import { CAUSES, hintFor } from "../model/cause.ts";
import type { Fault } from "../model/sample.ts";
import type { Contents } from "./contents.ts";
import type { Discovery } from "./discover.ts";
import type { Node } from "./node.ts";
import type { KeyFound, KeysFound } from "./rights.ts";
import { ROLE_WORDS } from "./roles.ts";

/** What was found, in a few lines for people. */
export function inWords({ instance, node, keys, contents }: Discovery): readonly string[] {
	const lines = [`${instance.url}: ${nodeWords(node)}`];
	if (node.is === "stranger") return [...lines, STRANGER_HINT];
	if (node.is !== "node") return [...lines, hintFor(node.fault.code)];
	if (node.front) lines.push(`${CAUSES[node.front.code].text}: ${node.front.text}`);
	if (node.role === "api") return lines;
	return [...lines, ...keyLines(keys), ...contentLines(contents)];
}

/** What the fault itself advises is meant for a node of DSS. */
const STRANGER_HINT =
	"Is it the address of the web UI, with its port, and with the path below which DSS is served, if any? A Fleet Manager whose tenant is not main is found with --tenant.";

function nodeWords(node: Node): string {
	switch (node.is) {
		case "node": {
			const { role, name, version } = node;
			const what = role === undefined ? "a DSS that does not say which node it is" : ROLE_WORDS[role];
			return `${what}${name === undefined ? "" : ` (${name})`}${version === undefined ? "" : `, version ${version}`}`;
		}
		case "hidden":
			return `something stands in front of what is there: ${told(node.fault)}`;
		case "stranger":
			return `this answers, but not as a node of DSS does: ${told(node.fault)}`;
		case "unreachable":
			return `nothing answers: ${told(node.fault)}`;
	}
}

const told = ({ code, text }: Fault) => `${CAUSES[code].text} (${text})`;

function keyLines({ own, admin }: KeysFound): string[] {
	const lines = [`api_key: ${keyWords(own)}`];
	if (admin !== own) lines.push(`admin_key: ${keyWords(admin)}`);
	return lines;
}

function keyWords(key: KeyFound): string {
	switch (key.is) {
		case "missing":
			return "none was given";
		case "refused":
			return told(key.fault);
		case "accepted": {
			const rights = key.isAdmin === undefined ? "" : key.isAdmin ? ", with admin rights" : ", without admin rights";
			return `that of ${key.whose}${rights}`;
		}
	}
}

function contentLines(contents: Contents): string[] {
	const { projects, lookedInto = 0, scenarios, webapps, kernels, licenceDays, deployments } = contents;
	const lines: string[] = [];
	if (projects) {
		const within = [counted(scenarios?.length ?? 0, "active scenario"), counted(webapps?.length ?? 0, "webapp")];
		const some = projects.length > lookedInto ? ` (in the first ${lookedInto})` : "";
		lines.push(`the key sees ${counted(projects.length, "project")}, ${within.join(", ")}${some}`);
	}
	if (deployments) {
		const { projects: of, services } = deployments;
		lines.push(`deployed: ${counted(of.length, "project")}, ${counted(services.length, "API service")}`);
	}
	if (licenceDays !== undefined) lines.push(licenceLine(licenceDays));
	if (kernels !== undefined) lines.push(`${counted(kernels, "running Jupyter kernel")}`);
	return lines;
}

const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;

function licenceLine(days: number): string {
	if (days >= 0) return `the licence ends in ${counted(Math.floor(days), "day")}`;
	return days > -1 ? "the licence ended today" : `the licence ended ${counted(Math.floor(-days), "day")} ago`;
}
