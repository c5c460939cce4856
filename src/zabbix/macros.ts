import type { KnownCheck, TemplateOptions, Way } from "./plan.ts";
import type { Section } from "./tree.ts";

/** Of a check's timeout: what takes longer is about to be cut off. */
const NEAR_TIMEOUT = 0.8;
/** As check files have it unless they say otherwise. */
const USUAL = { fail: 3, recover: 2 } as const;

/** The settings that a host may change, in the order of their names. Secrets are empty: their values belong to the host. */
export function macros({ way, checks, probeUrl }: TemplateOptions): readonly Section[] {
	const all = [...addressed(way, probeUrl), ...COMMON, ...checks.flatMap(ofCheck)];
	// As Zabbix orders them: a macro stands before the same one with a context.
	const order = ({ macro }: Section) => String(macro).slice(0, -1);
	return all.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
}

function addressed(way: Way, probeUrl = "http://127.0.0.1:8600"): readonly Section[] {
	const interval = macro("{$DSS.PROBE.INTERVAL}", "1m", "How often dss-probe is asked.");
	switch (way) {
		case "http":
			return [
				interval,
				macro("{$DSS.PROBE.URL}", probeUrl, "Address of dss-probe's web server (web: listen: in alerts.yaml)."),
				macro("{$DSS.PROBE.TIMEOUT}", "10s", "Longest time for its answer."),
				{
					macro: "{$DSS.PROBE.TOKEN}",
					type: "SECRET_TEXT",
					description: "Token of dss-probe's web server (web: token: in alerts.yaml).",
				},
			];
		case "external":
			return [interval];
		case "trapper":
			return [];
	}
}

const COMMON: readonly Section[] = [
	macro("{$DSS.CHECK.DURATION.MAX.WARN}", "30s", "A look that takes longer is told."),
	macro("{$DSS.CHECK.MATCHES}", ".*", "Only checks whose names match are discovered."),
	macro("{$DSS.CHECK.NOT_MATCHES}", "CHANGE_IF_NEEDED", "Checks whose names match are not discovered."),
	macro(
		"{$DSS.FAILED.PERIOD}",
		`#${USUAL.fail}`,
		"Without a daemon only: bad looks in a row, or a time such as 3m, until there is a problem. A daemon confirms by itself.",
	),
	macro("{$DSS.NODATA.PERIOD}", "5m", "Silence of dss-probe that is a problem."),
	macro("{$DSS.PROBE.FAILED.PERIOD}", "3m", "How long dss-probe may fail to answer, or have nothing fresh to say."),
	macro("{$DSS.RECOVERED.PERIOD}", `#${USUAL.recover}`, "Without a daemon only: good looks until a problem is over."),
	macro("{$DSS.VALUE.MATCHES}", ".*", "Only values whose names match are discovered."),
	macro("{$DSS.VALUE.NOT_MATCHES}", "CHANGE_IF_NEEDED", "Values whose names match are not discovered."),
];

/** What the configuration says about a check holds for Zabbix, too. */
function ofCheck({ name, failAfter, recoverAfter, timeoutMs }: KnownCheck): readonly Section[] {
	const own = (base: string, value: string, description: string) => macro(`{$${base}:"${name}"}`, value, description);
	const seconds = Math.max(1, Math.round((timeoutMs * NEAR_TIMEOUT) / 1_000));
	return [
		own("DSS.CHECK.DURATION.MAX.WARN", `${seconds}s`, `Of ${name}: near its timeout.`),
		...(failAfter === USUAL.fail ? [] : [own("DSS.FAILED.PERIOD", `#${failAfter}`, `Of ${name}: its fail_after.`)]),
		...(recoverAfter === USUAL.recover
			? []
			: [own("DSS.RECOVERED.PERIOD", `#${recoverAfter}`, `Of ${name}: its recover_after.`)]),
	];
}

function macro(name: string, value: string, description: string): Section {
	return { macro: name, value, description };
}
