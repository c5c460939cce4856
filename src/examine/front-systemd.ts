import { missingFrom } from "./callers.ts";
import { critical, type Examination, type Finding, ok, skipped, warning } from "./examination.ts";
import { namesIn, textOf } from "./files.ts";

/** Where units lie, the ones that count most last. */
const FOLDERS = ["/usr/lib/systemd/system", "/lib/systemd/system", "/run/systemd/system", "/etc/systemd/system"];
/** As much as dss-probe needs with any number of checks; services begin with 1,024 or less on old systems. */
const ENOUGH_FILES = 4_096;

/** The program itself as one of the words: others name its files and are none of it. */
const STARTS = /^\s*ExecStart=(?:.*[\s/])?(?:dss-probe|dss-probe\/(?:dist\/main\.js|src\/main\.ts))(?=\s|$)/m;

/**
 * Judges a unit that starts the daemon.
 *
 * @param text of the unit with its drop-ins
 */
export function judgeUnit(name: string, text: string): readonly Finding[] {
	const value = (key: string) => [...text.matchAll(new RegExp(`^\\s*${key}\\s*=\\s*(.*?)\\s*$`, "gm"))].at(-1)?.[1];
	const findings: Finding[] = [];
	const restart = value("Restart") ?? "no";
	// A timer starts a single look again by itself.
	const isDaemon = value("Type") !== "oneshot";
	if (isDaemon && !["always", "on-failure", "on-abnormal"].includes(restart)) {
		findings.push(
			warning(`${name} has Restart=${restart}: after a crash nobody watches`, "Set Restart=always under [Service]."),
		);
	}
	const user = /^(?:yes|true|on|1)$/i.test(value("DynamicUser") ?? "") ? "of its own" : value("User");
	if (user === undefined || user === "root" || user === "0") {
		findings.push(
			warning(`${name} runs dss-probe as root`, "Set User=dss-probe under [Service]: it needs no rights of its own."),
		);
	}
	const files = value("LimitNOFILE")?.split(":")[0];
	if (files !== undefined && files !== "infinity" && Number(files) < ENOUGH_FILES) {
		findings.push(warning(`${name} allows ${files} open files only`, "Set LimitNOFILE=65536 under [Service]."));
	}
	const watchdog = value("WatchdogSec") ?? "0";
	if (isDaemon && (/^0?[a-z]*$/.test(watchdog) || !/^notify/.test(value("Type") ?? ""))) {
		const todo = "Set Type=notify, NotifyAccess=all and WatchdogSec=60 under [Service] (docs/deployment.md).";
		findings.push(warning(`${name} has no watchdog: systemd does not notice a daemon that looks no more`, todo));
	}
	if (isDaemon && value("ExecReload") === undefined) {
		const todo = "Set ExecReload=/bin/kill -HUP $MAINPID under [Service].";
		findings.push(warning(`${name} cannot be reloaded: a changed configuration needs a restart`, todo));
	}
	return findings.length > 0
		? findings
		: [ok(isDaemon ? `${name} restarts it, watches it, and not as root` : `${name} looks once, and not as root`)];
}

export const systemdExamination = (folders: readonly string[] = FOLDERS): Examination => ({
	name: "systemd",
	examine() {
		const units = new Map<string, string>();
		for (const folder of folders) {
			for (const name of namesIn(folder).filter((one) => one.endsWith(".service"))) {
				const text = textOf(`${folder}/${name}`);
				if (text !== undefined && STARTS.test(text)) units.set(name, text);
			}
		}
		for (const [name, text] of units) {
			const more = folders.flatMap((folder) =>
				namesIn(`${folder}/${name}.d`).flatMap((part) => textOf(`${folder}/${name}.d/${part}`) ?? []),
			);
			units.set(name, [text, ...more].join("\n"));
		}
		if (units.size === 0) return [skipped("no unit starts dss-probe (docs/deployment.md has one)")];
		return [...units].flatMap(([name, text]) => {
			const [missing] = missingFrom(text.match(/^\s*ExecStart=.*$/gm)?.at(-1) ?? "");
			if (missing === undefined) return judgeUnit(name, text);
			const todo = "Install dss-probe anew, or correct ExecStart under [Service].";
			return [critical(`${name} starts ${missing}, which is not there`, todo)];
		});
	},
});
