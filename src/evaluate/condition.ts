import {
	type ASTNode,
	TypeError as CelTypeError,
	Environment,
	EvaluationError,
	ParseError,
} from "@marcbachmann/cel-js";
import type { ValueTypes } from "../model/sample.ts";

/** What came of looking at a condition: held, did not hold, or could not be decided and why. */
type Held = { readonly held: boolean } | { readonly undecided: string; readonly missing: boolean };

/** One compiled CEL expression over the values and facts of a sample. */
export interface Condition {
	/** As the user wrote it. */
	readonly that: string;
	test(scope: Readonly<Record<string, unknown>>): Held;
	/** The values that the expression names, for showing what was seen. */
	readonly names: readonly string[];
}

/** What came of reading an expression; `start` and `end` are offsets into it. */
export type Compiled =
	| { readonly ok: true; readonly condition: Condition }
	| { readonly ok: false; readonly message: string; readonly start: number; readonly end: number };

/**
 * Compiles a CEL expression and checks its types against what a probe kind can measure.
 *
 * @param that the expression; it must give a bool
 * @param types the values and facts it may name
 */
export function compileCondition(that: string, types: ValueTypes): Compiled {
	try {
		const program = environmentOf(types).parse(that);
		const check = program.check();
		if (!check.valid) return refused(that, check.error);
		if (check.type !== "bool" && check.type !== "dyn") {
			return { ok: false, message: `gives ${check.type}, not true or false`, start: 0, end: that.length };
		}
		const named = new Set(identifiersIn(program.ast));
		const names = Object.keys(types).filter((name) => named.has(name));
		const integers = names.filter((name) => types[name]?.type === "int");
		return { ok: true, condition: { that, names, test: (scope) => decide(program, names, integers, scope) } };
	} catch (error) {
		return refused(that, error);
	}
}

/** The identifiers of an expression: not its fields, nor words inside its texts. */
function identifiersIn(node: ASTNode): readonly string[] {
	return node.op === "id" ? [node.args] : nodesIn(node.args).flatMap(identifiersIn);
}

function nodesIn(args: unknown): readonly ASTNode[] {
	if (Array.isArray(args)) return args.flatMap(nodesIn);
	return typeof args === "object" && args !== null && "op" in args ? [args as ASTNode] : [];
}

const environments = new WeakMap<ValueTypes, Environment>();

/** One environment per catalogue: building it costs more than compiling an expression in it. */
function environmentOf(types: ValueTypes): Environment {
	let environment = environments.get(types);
	if (!environment) {
		environment = new Environment({ unlistedVariablesAreDyn: false });
		for (const [name, { type }] of Object.entries(types)) environment.registerVariable(name, type);
		environments.set(types, environment);
	}
	return environment;
}

function decide(
	program: (scope: Record<string, unknown>) => unknown,
	names: readonly string[],
	integers: readonly string[],
	scope: Readonly<Record<string, unknown>>,
): Held {
	const absent = names.filter((name) => scope[name] === undefined);
	const unmeasured: Held = { undecided: `${absent.join(", ")} was not measured`, missing: true };
	// A condition that also asks `has_queue` may say itself what holds without queue.
	if (absent.some((name) => !names.includes(`has_${name}`))) return unmeasured;
	let given: Record<string, unknown> = scope;
	if (integers.length > 0) {
		// CEL integers are 64 bits wide, BigInt in JavaScript. They stand before a scope that may itself have others behind it,
		// which a copy would lose.
		given = Object.create(scope);
		for (const name of integers) {
			const value = scope[name];
			if (value === undefined) continue;
			if (!Number.isFinite(value)) return { undecided: `${name} is no number`, missing: false };
			given[name] = BigInt(Math.trunc(value as number));
		}
	}
	try {
		const result = program(given);
		return typeof result === "boolean" ? { held: result } : { undecided: "gave no true or false", missing: false };
	} catch (error) {
		if (error instanceof EvaluationError && absent.length > 0) return unmeasured;
		if (error instanceof EvaluationError) return { undecided: error.summary, missing: false };
		throw error;
	}
}

function refused(that: string, error: unknown): Compiled {
	if (!(error instanceof ParseError || error instanceof CelTypeError)) throw error;
	const range = error.range ?? { start: 0, end: that.length };
	return { ok: false, message: error.summary, start: range.start, end: Math.max(range.end, range.start + 1) };
}
