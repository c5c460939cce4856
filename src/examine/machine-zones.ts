import { type Examination, type Finding, ok, warning } from "./examination.ts";
import type { Machine } from "./patient.ts";

/** A Node that knows all zones knows more than 400; one built without them knows UTC. */
const FEWEST_ZONES = 300;
/** Every year some country changes its rules. */
const OLD_YEARS = 2;

/**
 * @param version of the data, such as `2025b`
 * @param zones how many are known
 * @param year in which we are
 */
export function judgeZones(version: string | undefined, zones: number, year: number): Finding {
	const todo =
		"Update Node: it brings the rules of all time zones. Windows and cron times of changed zones are off by an hour.";
	if (version === undefined || zones < FEWEST_ZONES) {
		return warning(`Node knows ${zones} time zones only`, "Use a Node with full ICU, as from nodejs.org.");
	}
	const seen = `${zones} time zones, rules of ${version}`;
	return year - Number.parseInt(version, 10) > OLD_YEARS ? warning(seen, todo) : ok(seen);
}

export const zonesExamination = ({ zonesVersion }: Machine, now: number): Examination => ({
	name: "time zones",
	examine: () => [judgeZones(zonesVersion, Intl.supportedValuesOf("timeZone").length, new Date(now).getUTCFullYear())],
});
