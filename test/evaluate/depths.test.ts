import { describe, expect, test } from "vitest";
import { layeredCause } from "../../src/evaluate/depths.ts";
import type { Alert } from "../../src/model/alert.ts";
import { type CauseCode, cause } from "../../src/model/cause.ts";
import type { Level } from "../../src/model/verdict.ts";
import { anAlert, inactive, pending, T0 } from "../support/builders.ts";

const bad = (
	code: CauseCode,
	level: "warning" | "critical" = "critical",
): Alert & { cause: ReturnType<typeof cause> } => ({
	...anAlert(pending(1, level)),
	cause: cause(code),
});
const relative = (layer: string | undefined, level: Level, sampledAt: number, code?: CauseCode) => ({
	alert: { ...anAlert(inactive()), level, sampledAt, ...(code && { cause: cause(code) }) },
	labels: layer === undefined ? {} : { layer },
});

describe("the cause of a bad sample", () => {
	test("is corrected by a depth that was looked at since", () => {
		const own = bad("backend_down");
		expect(layeredCause(own, { layer: "backend" }, [relative("api", "ok", T0 + 1)]).code).toBe("path_blocked");
	});

	test("is not corrected by what another depth showed before it began", () => {
		const own = bad("backend_down");
		expect(layeredCause(own, { layer: "backend" }, [relative("api", "ok", T0 - 1)]).code).toBe("backend_down");
	});

	test.each<[string, Parameters<typeof layeredCause>]>([
		["where the check names no layer", [bad("backend_down"), {}, [relative("api", "ok", T0 + 1)]]],
		[
			"where its layer is none of the three depths",
			[bad("backend_down"), { layer: "disk" }, [relative("api", "ok", T0 + 1)]],
		],
		[
			"where it is a warning only",
			[bad("backend_down", "warning"), { layer: "backend" }, [relative("api", "ok", T0 + 1)]],
		],
		[
			"where the relative has no depth",
			[bad("backend_down"), { layer: "backend" }, [relative(undefined, "ok", T0 + 1)]],
		],
		[
			"where the relative looks at the same depth",
			[bad("backend_down"), { layer: "backend" }, [relative("backend", "ok", T0 + 1)]],
		],
	])("stands %s", (_, given) => {
		expect(layeredCause(...given).code).toBe("backend_down");
	});

	test("of a deeper check is that of the front which is down, too", () => {
		const front = relative("backend", "critical", T0 + 1, "connection_refused");
		expect(layeredCause(bad("connect_timeout"), { layer: "job" }, [front]).code).toBe("connection_refused");
	});
});
