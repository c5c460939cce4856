import type { BadLevel } from "../model/alert.ts";
import { type CauseCode, cause } from "../model/cause.ts";
import type { Sample, ValueTypes } from "../model/sample.ts";
import { isWorse, type Level, type Verdict } from "../model/verdict.ts";
import { blameForStatus, isBlind, isUndecided } from "./cause.ts";
import { type Condition, compileCondition } from "./condition.ts";
import type { Expectation, Limits, Threshold } from "./rules.ts";
import { describe, show } from "./show.ts";
import { levelOf, limitOf, limitsIn } from "./threshold.ts";

/** What is good, compiled: the expectations and thresholds of one check. */
export interface Rules {
	readonly types: ValueTypes;
	readonly expect: readonly { readonly condition: Condition; readonly else: BadLevel | "unknown" }[];
	readonly thresholds: readonly { readonly name: string; readonly limits: Limits }[];
}

/** A rule that was refused, and where: which entry, and the offsets inside its expression. */
export interface RuleProblem {
	readonly path: readonly (string | number)[];
	readonly message: string;
	readonly start?: number;
	readonly end?: number;
}

/** Which thresholds are exceeded now; the memory of hysteresis. */
export type Raised = Readonly<Record<string, BadLevel>>;

/**
 * Compiles the rules of a check against what its probe kind can measure.
 *
 * @param values the kind's kept values: conditions and thresholds may name them
 * @param facts the kind's large facts: only conditions may name them
 */
export function compileRules(
	options: {
		readonly expect: readonly (Omit<Expectation, "else"> & { readonly else: BadLevel | "unknown" })[];
		readonly thresholds: Readonly<Record<string, Threshold>>;
	},
	values: ValueTypes,
	facts: ValueTypes,
): { readonly rules: Rules; readonly problems: readonly RuleProblem[] } {
	const problems: RuleProblem[] = [];
	const scope = scopeOf(values, facts);
	const expect = options.expect.flatMap((expectation, index) => {
		const compiled = compileCondition(expectation.that, scope);
		if (compiled.ok) return [{ condition: compiled.condition, else: expectation.else }];
		const { message, start, end } = compiled;
		problems.push({ path: ["expect", index, "that"], message, start, end });
		return [];
	});
	const thresholds = Object.entries(options.thresholds).flatMap(([name, threshold]) => {
		const refuse = (message: string): [] => {
			problems.push({ path: ["thresholds", name], message });
			return [];
		};
		const value = values[name];
		if (!value) return refuse(`unknown value "${name}"`);
		if (value.type !== "int" && value.type !== "double")
			return refuse(`"${name}" is no number, so it has no threshold`);
		const limits = limitsIn(threshold, value.unit);
		return limits
			? [{ name, limits }]
			: refuse(
					value.unit === "B"
						? `"${name}" is a size: its limits are sizes such as 10GB, or numbers of bytes`
						: value.unit
							? `"${name}" is a time: its limits are durations such as 2s, or plain numbers`
							: `"${name}" has no unit, so its limits are plain numbers`,
				);
	});
	return { rules: { types: values, expect, thresholds }, problems };
}

const scopes = new WeakMap<ValueTypes, ValueTypes>();

function scopeOf(values: ValueTypes, facts: ValueTypes): ValueTypes {
	let scope = scopes.get(values);
	if (!scope) {
		scope = { ...facts, ...values };
		scopes.set(values, scope);
	}
	return scope;
}

/**
 * Judges one sample. Pure.
 *
 * A fault of the prober gives `unknown`, and so does what this DSS does not support: neither says that the target is down.
 *
 * @param raised the thresholds that the sample before exceeded
 */
export function evaluate(
	sample: Sample,
	rules: Rules,
	raised: Raised,
): { readonly verdict: Verdict; readonly raised: Raised } {
	const { fault, values } = sample;
	if (fault) {
		const level: Level = isBlind(fault.code) || isUndecided(fault.code) ? "unknown" : "critical";
		return { verdict: { level, cause: cause(fault.code), summary: fault.text, failed: [] }, raised };
	}
	const findings: { level: Level; code: CauseCode; text: string }[] = [];
	// The facts stay behind the values, unread until a condition names one.
	const scope: Record<string, unknown> = Object.assign(Object.create(sample.facts ?? null), values);
	for (const { condition, else: level } of rules.expect) {
		const held = condition.test(scope);
		if ("held" in held && held.held) continue;
		const status = typeof values["status"] === "number" ? blameForStatus(values["status"]) : undefined;
		const seen = "held" in held ? seenIn(condition, scope, rules.types) : held.undecided;
		const blind = "undecided" in held && held.missing;
		findings.push({
			level: blind ? "unknown" : level,
			code: status ?? blamedBy(condition, rules.types) ?? "expectation_failed",
			text: `expected ${condition.that}${seen ? `, but ${seen}` : ""}`,
		});
	}
	const next: Record<string, BadLevel> = {};
	const exceeded: Record<string, string> = {};
	for (const { name, limits } of rules.thresholds) {
		const value = values[name];
		const before = raised[name];
		if (typeof value !== "number") {
			// What was not measured this time has not come back either.
			if (before) next[name] = before;
			continue;
		}
		const level = levelOf(value, limits, before);
		if (!level) continue;
		next[name] = level;
		const type = rules.types[name];
		const { side, limit } = limitOf(value, limits, level);
		const text = `${name} ${show(value, type)} is ${side} ${show(limit, type)}`;
		exceeded[name] = text;
		findings.push({ level, code: type?.blames ?? "threshold_exceeded", text });
	}
	// Stable: among equals the first that the user wrote speaks.
	findings.sort((a, b) => (isWorse(b.level, a.level) ? 1 : isWorse(a.level, b.level) ? -1 : 0));
	const worst = findings[0];
	const summary = sample.seen ?? describe(values, rules.types);
	const verdict: Verdict = worst
		? {
				level: worst.level,
				cause: cause(worst.code),
				summary,
				failed: findings.map(({ text }) => text),
				...(Object.keys(exceeded).length > 0 && { exceeded }),
			}
		: { level: "ok", summary, failed: [] };
	return { verdict, raised: next };
}

/** The culprit of the first value in a condition that names one. */
function blamedBy({ names }: Condition, types: ValueTypes): CauseCode | undefined {
	return names.map((name) => types[name]?.blames).find((code) => code !== undefined);
}

function seenIn(condition: Condition, scope: Readonly<Record<string, unknown>>, types: ValueTypes): string {
	return condition.names
		.filter((name) => ["number", "string", "boolean"].includes(typeof scope[name]))
		.map((name) => `${name} is ${show(scope[name] as number | string | boolean, types[name])}`)
		.join(", ");
}

/** Whether the same thresholds are exceeded, at the same levels. */
export function isSameRaised(a: Raised, b: Raised): boolean {
	const names = Object.keys(a);
	return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
