import { expect, test } from "vitest";
import { describeFailure } from "../../src/notify/failure.ts";

const coded = (message: string, code: string, cause?: unknown) =>
	Object.assign(new Error(message, { cause }), { code });

test("what a library wraps is told once, with its code", () => {
	const refused = coded("connect ECONNREFUSED 127.0.0.1:25", "ECONNREFUSED");
	expect(describeFailure(new TypeError("fetch failed", { cause: refused }))).toBe(
		"fetch failed: connect ECONNREFUSED 127.0.0.1:25",
	);
	expect(describeFailure(coded("Invalid login", "EAUTH"))).toBe("Invalid login (EAUTH)");
	expect(describeFailure("no error at all")).toBe("no error at all");
});

test("Node's advice on how to start it is left out", () => {
	const words =
		"unable to verify the first certificate; if the root CA is installed locally, try running Node.js with --use-system-ca";
	expect(describeFailure(coded(words, "ESOCKET"))).toBe("unable to verify the first certificate (ESOCKET)");
});
