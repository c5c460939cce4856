import { callersIn, codeOf, judgeScript, missingFrom } from "./callers.ts";
import { type Examination, type Finding, ok, skipped, warning } from "./examination.ts";
import { statOf } from "./files.ts";

/** Where Nagios and Icinga keep their plugins. */
const PLUGINS = ["/usr/lib/nagios/plugins", "/usr/lib64/nagios/plugins", "/usr/local/nagios/libexec"];
/** Where their definitions lie: these name the program itself. */
const DEFINITIONS = [
	"/etc/nagios4/conf.d",
	"/etc/nagios4/objects",
	"/etc/nagios/conf.d",
	"/etc/nagios/objects",
	"/usr/local/nagios/etc/objects",
	"/etc/naemon/conf.d",
	"/etc/icinga2/conf.d",
];

const TOLD = {
	closed: "Nagios otherwise shows CRITICAL (return code 126), Icinga UNKNOWN",
	anew: "Install dss-probe anew, or correct the path in that script.",
};

/** Whether the Nagios or Icinga on this machine, if there is one, finds a plugin of dss-probe. */
export const nagiosExamination = (
	plugins: readonly string[] = PLUGINS,
	definitions: readonly string[] = DEFINITIONS,
): Examination => ({
	name: "Nagios, Icinga",
	examine() {
		const isThere = (folder: string) => statOf(folder)?.isDirectory() === true;
		const there = [...plugins, ...definitions].filter(isThere);
		if (there.length === 0) return [skipped("no folder of plugins is on this machine")];
		const findings = [
			...plugins.flatMap((folder) => callersIn(folder)).map((path) => judgeScript(path, TOLD)),
			...definitions.flatMap((folder) => callersIn(folder, /\.(?:cfg|conf)$/)).map(judgeDefinitions),
		];
		return findings.length > 0 ? findings : [skipped(`nothing in ${there.join(", ")} calls dss-probe`)];
	},
});

function judgeDefinitions(path: string): Finding {
	const [missing] = missingFrom(codeOf(path));
	if (missing === undefined) return ok(`${path} calls dss-probe`);
	return warning(
		`${path} calls ${missing}, which is not there`,
		"Correct the path, or write the definitions anew: dss-probe nagios --definitions nagios, or icinga2.",
	);
}
