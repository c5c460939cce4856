import { expect, test } from "vitest";
import { isAtLeast } from "../../src/dss/version.ts";

test.each([
	["14.3.1", "14.3.1", true],
	["14.3.1", "14.3", true],
	["14.3", "14.3.1", false],
	["9.0.0", "10", false],
	["10.0", "9.9.9", true],
	["15", "14.9", true],
	["13.1-rc1", "13.1", true],
	["junk", "1", false],
])("DSS %s is at least %s: %s", (version, wanted, answer) => {
	expect(isAtLeast(version, wanted)).toBe(answer);
});
