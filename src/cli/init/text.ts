import { envLine } from "../../config/env-file.ts";
import { inWords } from "../../discover/in-words.ts";
import { checkLines, instanceLines } from "../../discover/proposal-lines.ts";
import { markOf } from "../named-secret.ts";
import { CHANNEL_NAME, keptVariables, type Plan, type PlannedChannel } from "./plan.ts";

/** The alerts.yaml of a plan: only what applies, with comments. It holds no secret. */
export function alertsText(plan: Plan): string {
	const { schema, envName, discovery, apiKey, adminKey, ca } = plan;
	const keys = {
		...(apiKey && { apiKey: markOf(apiKey) }),
		...(adminKey && { adminKey: markOf(adminKey) }),
		...(ca !== undefined && { ca }),
	};
	return [
		...(schema === undefined ? [] : [`# yaml-language-server: $schema=${schema}`, "#"]),
		`# What is watched, and who is told. Every text takes \${NAME} from the environment or from ${envName} beside this file, and`,
		`# \${file:/path} from a file; $$ is a dollar.`,
		"#",
		"#   dss-probe validate    all mistakes at once, and the longest time from outage to page",
		"#   dss-probe doctor      what is wrong around it: names, certificates, keys, mail servers, disk",
		"",
		"# The DSS nodes, by names of your own. This one, when it was asked:",
		...inWords(discovery).map((line) => `#   ${line}`),
		"instances:",
		...instanceLines(discovery, keys).map((line) => `  ${line}`),
		"",
		"# What runs. These checks come with dss-probe; those of your own lie in a folder checks/ beside this file.",
		"checks:",
		...checkLines(discovery).map((line) => `  ${line}`),
		"",
		...channelLines(plan.channels),
		"",
		"# The memory: states, incidents and messages not yet delivered.",
		`store: ${scalar(plan.store)}`,
		"",
		"# Status page, /healthz, /metrics and JSON API.",
		plan.listen === undefined ? "# web: { listen: 127.0.0.1:8600 }" : `web: { listen: ${scalar(plan.listen)} }`,
		"",
	].join("\n");
}

const HEAD = `# The secrets of the configuration beside this file. dss-probe takes from here what its environment lacks. A shell takes
# them by: set -a; . ./FILE; set +a    and systemd by: EnvironmentFile=/path/to/FILE`;

/**
 * The environment file: what was in it, with the secrets of the plan put in.
 *
 * @param before its text so far; lines that set something else stay
 */
export function envText(plan: Plan, before: string | undefined): string {
	const variables = keptVariables(plan);
	const isOurs = (line: string) =>
		variables.some(({ name }) => line.replace(/^\s*(?:export\s+)?/, "").startsWith(`${name}=`));
	const kept = (before ?? HEAD).split("\n").filter((line) => !isOurs(line));
	return `${[kept.join("\n").trimEnd(), ...variables.map(({ name, value }) => envLine(name, value))].join("\n").trimStart()}\n`;
}

function channelLines(channels: readonly PlannedChannel[]): readonly string[] {
	if (channels.length === 0) {
		return [
			"# Nobody is told anything: another system asks (zabbix get, nagios). For messages, name a place and send all there:",
			"# channels:",
			'#   hook: { type: webhook, url: "${ALERT_WEBHOOK_URL}" }',
			"routes:",
			"  - to: []",
		];
	}
	const names = channels.map(({ type }) => CHANNEL_NAME[type]);
	return [
		"# Places to tell, by names of your own.",
		"channels:",
		...channels.flatMap(channelText).map((line) => `  ${line}`),
		"",
		"# Who is told what: the first that matches wins.",
		"routes:",
		`  # - { match: { severity: critical }, to: [${names[0]}], repeat_every: 4h }`,
		`  - to: [${names.join(", ")}]`,
	];
}

function channelText(channel: PlannedChannel): readonly string[] {
	const name = CHANNEL_NAME[channel.type];
	if (channel.type !== "email")
		return [`${name}: { type: ${channel.type}, url: ${JSON.stringify(markOf(channel.url))} }`];
	const { smtp, from, to } = channel;
	return [
		`${name}:`,
		"  type: email",
		`  smtp: ${typeof smtp === "string" ? scalar(smtp) : JSON.stringify(markOf(smtp))}`,
		`  from: ${scalar(from)}`,
		`  to: [${to.map(scalar).join(", ")}]`,
	];
}

/** A text as YAML takes it for a text; a dollar is written twice. */
function scalar(text: string): string {
	const written = text.replaceAll("$", () => "$$");
	return /^[A-Za-z/][\w./@-]*$/.test(written) && /[/@]/.test(written) ? written : JSON.stringify(written);
}
