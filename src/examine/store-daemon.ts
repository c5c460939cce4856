import { isoTime } from "../clock.ts";
import { formatDuration } from "../model/duration.ts";
import { critical, type Examination, type Finding, ok, skipped, warning } from "./examination.ts";
import { statOf } from "./files.ts";
import { aboutDaemon, type Patient } from "./patient.ts";

/** A file counts as newer than what was read when it changed this long after, ms: file systems round. */
const NEWER_MS = 1_000;

/** Whether a daemon runs, is of this version, and works with the files as they are now. */
export const daemonExamination = (patient: Patient): Examination => ({
	name: "daemon",
	async examine() {
		const { clock, read, machine } = patient;
		const asked = await patient.daemon();
		if (asked.result === "nobody") {
			return [skipped("none runs on this store: fine where cron runs dss-probe --once, else start it")];
		}
		if (asked.result === "failed" && asked.isHanging) {
			const todo =
				"Restart it: systemctl restart dss-probe, or kill -KILL its process (pgrep -af dss-probe) and start it again. Open incidents stay open. Its log tells what it did last.";
			return [critical(`a daemon runs and hangs, so nobody is watched or told: ${asked.why}`, todo)];
		}
		if (asked.result === "failed") {
			return [warning(asked.why, "Examine again as the user of the daemon. Where that is you: restart the daemon.")];
		}
		const about = await aboutDaemon(patient);
		if (!about) {
			return [
				warning("one runs that cannot say what it is: of an older version", "Restart it, so that it is this version."),
			];
		}
		const since = formatDuration(clock.now() - about.startedAt);
		const findings: Finding[] = [ok(`runs since ${since} (pid ${about.pid}, version ${about.version})`)];
		if (about.version !== machine.programVersion) {
			const seen = `it is version ${about.version}, and installed is ${machine.programVersion}`;
			findings.push(warning(seen, "Restart the daemon."));
		}
		if (about.configError !== undefined) {
			const seen = `it has refused the newest configuration and goes on with that of ${isoTime(about.configLoadedAt)}`;
			findings.push(
				critical(seen, "Mend the configuration until dss-probe validate is content, then send SIGHUP again."),
			);
		} else {
			const newer = [...read.keys()].filter((path) => (statOf(path)?.mtimeMs ?? 0) > about.configLoadedAt + NEWER_MS);
			if (newer.length > 0) {
				const seen = `${newer.length === 1 ? newer[0] : `${newer.length} files`} changed after it had read the configuration (${isoTime(about.configLoadedAt)})`;
				findings.push(warning(seen, `Have it read again: kill -HUP ${about.pid}, or systemctl reload dss-probe.`));
			}
		}
		if (about.storeFault !== undefined) {
			findings.push(
				critical(about.storeFault, "Until this is mended it goes on from memory: do not restart it before."),
			);
		}
		return findings;
	},
});
