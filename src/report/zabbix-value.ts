import { asOfNow, type CheckReport } from "../model/report.ts";
import { LEVEL_CODE } from "../model/verdict.ts";

/** Of a number: microseconds are the finest that is measured. */
const DECIMALS = 6;

type Told = Readonly<Pick<CheckReport, "level" | "cause" | "summary" | "failed" | "durationMs">>;

/** What can be asked of every check, besides the values of its kind. */
const FIELDS: Readonly<Record<string, (told: Told) => string | number>> = {
	verdict: ({ level }) => LEVEL_CODE[level],
	level: ({ level }) => level,
	cause: ({ cause }) => cause?.code ?? "",
	cause_text: ({ cause }) => cause?.text ?? "",
	summary: ({ summary, failed }) => [summary, ...failed].join("; "),
	duration: ({ durationMs }) => (durationMs ?? 0) / 1_000,
};

/**
 * One field of a check as Zabbix reads it: one line. Without a name the verdict: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.
 *
 * A number that was not measured is 0, as Zabbix's own simple checks answer for a service that is down; a text that was not
 * measured is empty. A number of a feed that is not there is told as trouble, for it is not zero. A value whose time is over is no
 * value: it is told as trouble, which makes a numeric item not supported.
 *
 * @param field empty or absent for the verdict
 */
export function zabbixValue(report: CheckReport, field: string | undefined, now: number): string {
	const name = field || "verdict";
	const told = asOfNow(report, now);
	const compute = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
	const type = Object.hasOwn(report.types, name) ? report.types[name] : undefined;
	if (compute && name !== "duration") return line(compute(told));
	if (!compute && !type) {
		const known = [...Object.keys(FIELDS), ...Object.keys(report.types)].join(", ");
		return zabbixTrouble(`check ${report.instance}/${report.check} has no field ${name}; it has ${known}`, undefined);
	}
	if (now > report.freshUntil) return zabbixTrouble(told.summary, name);
	if (compute) return line(compute(told));
	const missing = ["int", "double", "bool"].includes(type?.type ?? "") ? 0 : "";
	const isMissing = !Object.hasOwn(report.values, name);
	if (isMissing && type?.isOptional) return zabbixTrouble(`${name} was not measured`, name);
	const value = (Object.hasOwn(report.values, name) ? report.values[name] : undefined) ?? missing;
	return line(typeof value === "boolean" ? Number(value) : value);
}

/**
 * What Zabbix is told where there is no report: unknown for a verdict, the words for everything else.
 *
 * @param field as it was asked for; undefined where the question itself makes no sense, so that the words are shown
 */
export function zabbixTrouble(text: string, field: string | undefined): string {
	switch (field) {
		case "":
		case "verdict":
			return String(LEVEL_CODE.unknown);
		case "level":
			return "unknown";
		case "cause":
			return "";
		default:
			return line(`dss-probe: ${text}`);
	}
}

function line(value: string | number): string {
	const text = typeof value === "number" ? String(Number(value.toFixed(DECIMALS))) : value;
	// biome-ignore lint/suspicious/noControlCharactersInRegex: what an answer may hold and a line may not.
	return text.replace(/[\s\u0000-\u001f\u007f]+/g, " ").trim();
}
