import type { Clock } from "../clock.ts";
import type { Check } from "../config/checks.ts";
import { CAUSES } from "../model/cause.ts";
import type { Fault } from "../model/sample.ts";
import { kinds, probe } from "../probe/probe.ts";
import { type Examination, type Finding, ok, warning } from "./examination.ts";
import { someOf } from "./words.ts";

/** What a check is refused for, for ever: no outage, but a check that cannot work here. */
const UNSERVED: Readonly<Partial<Record<Fault["code"], string>>> = {
	unsupported: "Take the check away for this instance (on:), or update DSS: this version lacks the endpoint.",
	not_found: "Correct the project or object that the check names; see with: of its use.",
	right_missing: "Give the key that right, or take the check away for this instance (on:).",
	project_not_visible: "Give the key READ_CONF on the project, or correct its name.",
	licence: "Take the check away for this instance (on:): the licence of this DSS does not include it.",
};

/** Kinds whose look is a GET or two: it may be taken here, too. Others may start something, or read for minutes. */
const ONLY_READS: readonly string[] = [
	"dss-api",
	"dss-instance",
	"dss-licence",
	"dss-kernels",
	"dss-people",
	"dss-usage",
	"api-node",
	"fleet-manager",
	"feed",
];

/**
 * Whether the checks of an instance show that it is no node with a backend: an API node, a Fleet Manager, inference workers,
 * a JupyterHub. Without any check it counts as one; what looks at its machine says neither.
 */
export function hasNoBackend(checks: readonly Check[]): boolean {
	const asking = checks.filter(({ probe }) => kinds[probe.kind].local === undefined);
	return asking.length > 0 && asking.every(isOfAnother);
}

function isOfAnother({ probe, instance }: Pick<Check, "probe" | "instance">): boolean {
	const isApi = (path: string | undefined) =>
		path?.startsWith("/dip/") === true || path?.startsWith(`${instance.apiPrefix}/`) === true;
	switch (probe.kind) {
		case "api-node":
		case "api-node-query":
		case "fleet-manager":
			return true;
		case "http":
		case "feed":
			return !isApi(probe.path);
		default:
			return false;
	}
}

/** Takes one look with each check that only reads: which of them this DSS or this key will never serve. */
export const checksExamination = (checks: readonly Check[], clock: Clock): readonly Examination[] => {
	const reading = checks.filter(({ probe: { kind } }) => ONLY_READS.includes(kind));
	if (reading.length === 0) return [];
	const examination: Examination = {
		name: "checks",
		async examine(signal) {
			const seen: { readonly check: string; readonly fault?: Fault }[] = [];
			// One after the other: an examination must not be what overloads a node.
			for (const { key, name, instance, probe: options, timeoutMs } of reading) {
				if (signal.aborted) break;
				const sample = await probe(options, {
					key,
					instance,
					clock,
					timeoutMs,
					signal,
					notes: { get: () => undefined, set() {} },
				});
				seen.push({ check: name, ...(sample.fault && { fault: sample.fault }) });
			}
			return judgeChecks(seen);
		},
	};
	return [examination];
};

function judgeChecks(seen: readonly { readonly check: string; readonly fault?: Fault }[]): readonly Finding[] {
	const findings = seen.flatMap(({ check, fault }) => {
		const todo = fault && UNSERVED[fault.code];
		return fault && todo ? [warning(`${check} cannot work: ${CAUSES[fault.code].text} (${fault.text})`, todo)] : [];
	});
	const served = seen.filter(({ fault }) => !fault).map(({ check }) => check);
	const failing = seen.filter(({ fault }) => fault && !UNSERVED[fault.code]);
	return [
		...(served.length > 0 ? [ok(`answered: ${someOf(served, 6)}`)] : []),
		...findings,
		...failing.map(({ check, fault }) =>
			warning(
				`${check} fails now: ${fault && CAUSES[fault.code].text} (${fault?.text})`,
				"The checks tell of this by themselves; dss-probe explain shows since when.",
			),
		),
	];
}
