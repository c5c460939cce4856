import { type Examination, type Finding, ok, warning } from "./examination.ts";
import { type FileStat, may, modeText, statOf } from "./files.ts";
import type { Machine } from "./patient.ts";

const COST = "Without it every start takes several times longer, which Zabbix and Nagios feel with each check.";

/**
 * Judges the folder in which Node keeps what it compiled.
 *
 * @param folder where it is, or would be
 * @param found what is there
 * @param isUsable whether it, or where it is missing the folder above it, can be written
 */
export function judgeCache(
	folder: string,
	found: Pick<FileStat, "uid" | "mode"> | undefined,
	isUsable: boolean,
	uid: number | undefined,
): Finding {
	if (found && uid !== undefined && (found.uid !== uid || (found.mode & 0o077) !== 0)) {
		const seen = `${folder} is not used: it is open to others (owner ${found.uid}, mode ${modeText(found)})`;
		return warning(seen, `Remove that folder: dss-probe makes it anew, for itself alone. ${COST}`);
	}
	if (isUsable) return ok(found ? `compiled code is kept in ${folder}` : `compiled code will be kept in ${folder}`);
	return warning(`${folder} cannot be written`, `Make it writable, or set TMPDIR to a folder that is. ${COST}`);
}

export const cacheExamination = ({ temporary, uid }: Machine): Examination => ({
	name: "compile cache",
	examine() {
		const folder = `${temporary}/dss-probe-${uid ?? "cache"}`;
		const found = statOf(folder);
		return [judgeCache(folder, found, may("write", found ? folder : temporary), uid)];
	},
});
