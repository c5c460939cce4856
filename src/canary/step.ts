import type { Answer } from "../dss/client.ts";
import { hintFor } from "../model/cause.ts";
import type { Fault } from "../model/sample.ts";
import { type Row, rowsIn } from "./flow.ts";

/** What became of one piece. */
export interface Step {
	readonly result: "made" | "already there" | "completed" | "would be made" | "removed" | "would be removed";
	/** `dataset canary_out`. */
	readonly what: string;
}

export type Tell = (step: Step) => void;

/** Ends an installation or a removal: what is wrong, and what to do about it. Nothing that was made before is taken back. */
export class Halt extends Error {
	readonly todo: string;

	constructor(problem: string, todo: string) {
		super(problem);
		this.todo = todo;
	}
}

/**
 * What DSS answered, or the end.
 *
 * @param what was tried: `making the dataset canary_out`
 * @param advice what to do about a fault, where that is known here
 * @throws {Halt}
 */
export function answered(
	answer: Answer,
	what: string,
	advice?: (fault: Fault, status: number | undefined) => string | undefined,
): unknown {
	if (answer.ok) return answer.json;
	const { fault, status } = answer;
	// Some writes are answered with nothing, or with a plain word. A page of a proxy is neither.
	const { reply } = answer;
	const isPlain = reply?.body.length === 0 || reply?.headers["content-type"]?.startsWith("text/plain") === true;
	if (reply && reply.status < 300 && isPlain) return undefined;
	throw new Halt(`${what} failed: ${fault.text}`, advice?.(fault, status) ?? generalAdvice(fault));
}

/**
 * The rows of a list.
 *
 * @throws {Halt} also where the answer is no list: nothing must be made or deleted because a proxy said something else
 */
export function listed(answer: Answer, what: string): readonly Row[] {
	const json = answered(answer, `listing ${what}`);
	if (Array.isArray(json)) return rowsIn(json);
	throw new Halt(
		`listing ${what}: DSS answered with something that is no list`,
		"Look whether a proxy answers for it.",
	);
}

function generalAdvice({ code }: Fault): string {
	switch (code) {
		case "right_missing":
			return "Use an administrator's key, or that of a user who may create projects and write code; it is needed for this only.";
		case "key_rejected":
		case "key_missing":
			return "Look whether the key is complete and has not expired, and that it is of this instance.";
		default:
			return `${hintFor(code)} Then run the same again: what was made is found there. dss-probe doctor says more about the way to this instance.`;
	}
}
