import { compileRules, type RuleProblem, type Rules } from "../evaluate/evaluate.ts";
import type { ValueTypes } from "../model/sample.ts";
import { type Kinds, type Measurable, measurable, type ProbeOptions } from "../probe/kinds.ts";
import type { Policy } from "../state/policy.ts";
import type { CheckFile } from "./check-files.ts";
import type { CheckFileOptions } from "./checks.ts";
import type { Detail } from "./document.ts";
import { validate } from "./explain.ts";
import { type FindOrigin, originOf, type Use } from "./origin.ts";
import type { Path } from "./path.ts";
import { findSecrets, warnClear } from "./secrets.ts";
import { didYouMean } from "./suggest.ts";
import { checkThresholds } from "./thresholds.ts";
import { isSwift, planTiming, type TimingPlan } from "./timing-plan.ts";

/** A check file together with one entry of `checks:`, not yet set on instances. */
export interface Plan {
	readonly when: TimingPlan;
	readonly options: CheckFileOptions;
	readonly probe: ProbeOptions;
	readonly rules: Rules;
	readonly policy: Policy;
	readonly asAdmin: boolean;
	readonly origin: FindOrigin;
}

/** A pause longer than this many intervals restarts the streaks: what was before it says little about now. */
const GAP_INTERVALS = 3;

/**
 * Joins a check file with the entry that uses it and checks what only shows when both are known: probe options, timing,
 * conditions. What is wrong is reported where it was written.
 *
 * @param kinds knows at least the kind of the check
 * @param use undefined for a check that nothing uses: it is checked as it stands
 */
export function planCheck(
	file: CheckFile & { readonly options: CheckFileOptions },
	kinds: Kinds,
	use?: Use,
): Plan | undefined {
	const origin = originOf(file, use);
	const options = use ? override(file.options, use) : file.options;
	const report = (path: Path, message: string, detail: Detail = {}) => {
		const { document, path: at } = origin(path);
		document.error(at, message, detail);
	};
	const timing = planTiming(file, use, options, origin);
	const probe = readProbe(file, kinds.options, use, origin);
	if (!probe) return undefined;
	const kind = measurable(kinds.of(probe), probe);
	const expect = [...(options.expect ?? kind.expect ?? []), ...kind.always];
	const compiled = compileRules({ expect, thresholds: options.thresholds }, kind.values, kind.facts);
	for (const problem of compiled.problems) {
		const { path, message, start } = problem;
		if (path[0] === "thresholds")
			report(path, message, { part: "key", hint: numberHint(String(path[1]), kind.values) });
		else report(path, `condition refused: ${lowerFirst(message)}`, { offset: start, hint: nameHint(problem, kind) });
	}
	checkThresholds(compiled.rules.thresholds, (path, message) => report(path, message));
	if (!timing || compiled.problems.length > 0) return undefined;
	const policy: Policy = {
		failAfter: options.fail_after.bad,
		...(options.fail_after.of > options.fail_after.bad && { failOf: options.fail_after.of }),
		recoverAfter: options.recover_after,
		...(isSwift(options) && { faultAfter: 2 }),
		flapping: options.flapping,
		get gapMs() {
			return GAP_INTERVALS * Math.max(timing.longestGapMs, timing.retryEveryMs);
		},
	};
	const asAdmin = kinds.of(probe).needsAdmin === true || (probe.kind === "feed" && probe.as === "admin");
	return { when: timing, options, probe, rules: compiled.rules, policy, asAdmin, origin };
}

function override(file: CheckFileOptions, { options: use }: Use): CheckFileOptions {
	const { use: _use, as, on: _on, with: _with, fail_after, recover_after, flapping, ...rest } = use;
	return {
		...file,
		// An option that the schema left undefined is not there at all, so nothing is overwritten by nothing.
		...(rest as Partial<CheckFileOptions>),
		name: as ?? file.name,
		fail_after: fail_after ?? file.fail_after,
		recover_after: recover_after ?? file.recover_after,
		flapping: flapping ?? file.flapping,
		thresholds: { ...file.thresholds, ...use.thresholds },
		labels: { ...file.labels, ...use.labels },
	};
}

function readProbe(
	file: CheckFile & { readonly options: CheckFileOptions },
	probeOptions: Kinds["options"],
	use: Use | undefined,
	origin: FindOrigin,
): ProbeOptions | undefined {
	const given = use?.options.with;
	if (!given) return file.document.read(probeOptions, ["probe"]);
	if (given["kind"] !== undefined && given["kind"] !== file.options.probe["kind"]) {
		origin(["probe", "kind"]).document.error(origin(["probe", "kind"]).path, "the kind of a check cannot be replaced", {
			hint: "write a check file of its own",
		});
		return undefined;
	}
	const merged = Object.entries({ ...file.options.probe, ...given }).filter(([, value]) => value !== null);
	const result = validate(probeOptions, Object.fromEntries(merged), ["probe"]);
	if (result.ok) {
		for (const { path, secret } of findSecrets(result.value)) {
			const at = origin(["probe", ...path]);
			warnClear(at.document, { path: at.path, secret });
		}
		return result.value;
	}
	for (const { path, message, ...detail } of result.findings) {
		const at = origin(["probe", ...path]);
		at.document.error(at.path, message, detail);
	}
	return undefined;
}

function numberHint(name: string, values: ValueTypes): string | undefined {
	const numbers = Object.keys(values).filter((known) => /^(?:int|double)$/.test(values[known]?.type ?? ""));
	// The name is right, the limits are not.
	if (numbers.includes(name)) return undefined;
	return didYouMean(name, numbers) ?? `numbers of this kind: ${numbers.join(", ")}`;
}

/** For a name in a condition that the kind does not measure. */
function nameHint({ message }: RuleProblem, { values, facts }: Measurable) {
	const name = /^unknown variable: (\w+)/i.exec(message)?.[1];
	if (name === undefined) return undefined;
	const names = [...Object.keys(values), ...Object.keys(facts)];
	return didYouMean(name, names) ?? `known here: ${names.join(", ")}`;
}

function lowerFirst(text: string): string {
	return text.charAt(0).toLowerCase() + text.slice(1);
}
