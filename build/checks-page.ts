import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import type * as z from "zod";
import { checkFileOptions } from "../src/config/check-file.ts";
import { kinds } from "../src/probe/probe.ts";

const ROOT = resolve(import.meta.dirname, "..");

const HEAD = `# The checks that come with dss-probe

<!-- Made by npm run schema from the files under checks/. -->

Each is a file under [checks/](../checks), with a comment, limits and advice; its kind stands in
[kinds.md](kinds.md). Name those that you want under \`checks:\`, with \`with:\` for what they need to know and
\`every:\`, \`thresholds:\` and so on for what you want otherwise. An admin key is \`admin_key\` of the instance. Where a DSS is too old, the
check is unknown ("not supported by this DSS") and nobody is told of an outage.
`;

/** As it is written: limits and times with their units. */
type Written = z.input<typeof checkFileOptions>;
/** As it is read: with what was left out. */
type Probe = z.output<typeof checkFileOptions>["probe"];

interface Shipped {
	readonly name: string;
	readonly about: string;
	readonly written: Written;
	readonly probe: Probe;
}

/** docs/checks.md: what each shipped check looks at, needs, alarms on, and what to do then. */
export function checksPage(): string {
	const all = readdirSync(resolve(ROOT, "checks"))
		.filter((file) => file.endsWith(".yaml"))
		.sort()
		.map((file): Shipped => {
			const text = readFileSync(resolve(ROOT, "checks", file), "utf8");
			const written = parse(text) as Written;
			return {
				name: file.slice(0, -".yaml".length),
				about: aboutOf(text),
				written,
				probe: checkFileOptions.parse(written).probe,
			};
		});
	const rows = all.map(
		({ name, written, probe }) =>
			`| [${name}](#${name}) | ${written.summary} | ${needs(probe)} | ${kinds[probe.kind].since ?? ""} |`,
	);
	return `${[HEAD, "| Check | Is good when | Needs | Since DSS |\n|---|---|---|---|", ...rows].join("\n")}\n\n${all.map(chapter).join("\n")}`;
}

function chapter({ name, about, written, probe }: Shipped): string {
	const { every, cron, advice } = written;
	const when = cron === undefined ? `every ${every}` : `at \`${cron}\``;
	const parts = [
		`## ${name}`,
		`[checks/${name}.yaml](../checks/${name}.yaml), kind [${probe.kind}](kinds.md#kind-${probe.kind}), ${when}.`,
		about,
		rulesOf(written, probe),
		...(advice === undefined ? [] : [`To do first: ${advice}`]),
	];
	return `${parts.filter(Boolean).join("\n\n")}\n`;
}

/** The comment at the head of a file; what stands further in is to be copied as it is. */
function aboutOf(text: string): string {
	const lines = text
		.slice(0, text.indexOf("\nname:"))
		.split("\n")
		.filter((line) => !line.includes("yaml-language-server"))
		.map((line) => line.replace(/^# ?/, ""));
	const blocks = lines
		.join("\n")
		.trim()
		.split(/\n(?= {2})|(?<=^ {2}.*)\n(?! {2})/m);
	return blocks
		.map((block) => (/^ {2}/.test(block) ? `\`\`\`text\n${block.trim()}\n\`\`\`` : block.trim()))
		.join("\n\n");
}

function rulesOf({ expect, thresholds }: Written, probe: Probe): string {
	const expected = (expect ?? kinds[probe.kind].expect ?? []).map(
		({ that, else: level = "critical" }) => `- \`${that}\`, otherwise ${level}`,
	);
	const limits = Object.entries(thresholds ?? {}).map(([name, { warning, critical, bad = "above" }]) => {
		const levels = [
			...(warning === undefined ? [] : [`warning ${bad} ${warning}`]),
			...(critical === undefined ? [] : [`critical ${bad} ${critical}`]),
		];
		return `- \`${name}\`: ${levels.join(", ")}`;
	});
	return [...expected, ...limits].join("\n");
}

function needs(probe: Probe): string {
	const { local, needsAdmin } = kinds[probe.kind];
	if (local) return "to run on the host";
	if (needsAdmin || (probe.kind === "feed" && probe.as === "admin")) return "an admin key";
	if (probe.kind === "http") return "nothing";
	// A feed of other servers has its own ways to be let in.
	if (probe.kind === "api-node") return "";
	if (probe.kind === "api-node-query") return "the service's key, if it has one";
	if (probe.kind === "fleet-manager") return "ID:SECRET of a key";
	return probe.kind === "feed" && (probe.path === undefined || probe.auth === "none") ? "" : "an API key";
}

if (import.meta.main) writeFileSync(resolve(ROOT, "docs/checks.md"), checksPage());
