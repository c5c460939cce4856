import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { culprit, type Depth, type Depths, type Seen } from "../../src/evaluate/culprit.ts";
import { CAUSES, type CauseCode, cause, layerOf } from "../../src/model/cause.ts";
import { LEVELS } from "../../src/model/verdict.ts";

/** `-` no check at this depth, `ok`, a cause that is critical, or a level and a cause. */
type Shown = "-" | "ok" | CauseCode | `${"warning" | "unknown"} ${CauseCode}`;

function seen(shown: Shown): Seen | undefined {
	if (shown === "-") return undefined;
	if (shown === "ok") return { level: "ok" };
	const [first, second] = shown.split(" ") as [string, CauseCode?];
	return second
		? { level: first as "warning" | "unknown", cause: cause(second) }
		: { level: "critical", cause: cause(first as CauseCode) };
}

function blamed(backend: Shown, api: Shown, job: Shown): CauseCode | "nobody" {
	const found = Object.entries({ backend, api, job }).flatMap(([depth, shown]) => {
		const one = seen(shown);
		return one ? [[depth, one]] : [];
	});
	return culprit(Object.fromEntries(found) as Depths)?.code ?? "nobody";
}

const JOBS = ["ok", "no_free_jek", "job_failed", "backend_down"] as const;

/**
 * get-configuration × API, and whom a DSS admin would call for each state of the canary job. One word: whatever the job says.
 */
const TABLE: readonly (readonly [Shown, Shown, string])[] = [
	// The bootstrap endpoint answers: the fault lies further in. A gateway error there cannot mean that the backend is down.
	["ok", "ok", "nobody no_free_jek job_failed api_down"],
	["ok", "key_rejected", "key_rejected"],
	["ok", "right_missing", "right_missing no_free_jek job_failed right_missing"],
	["ok", "backend_down", "api_down"],

	// Slow, but it answers: what is worse further in is named, and slowness only where nothing is worse.
	["warning backend_slow", "ok", "backend_slow no_free_jek job_failed api_down"],
	["warning backend_slow", "key_rejected", "key_rejected"],
	["warning backend_slow", "right_missing", "right_missing no_free_jek job_failed right_missing"],
	["warning backend_slow", "backend_down", "api_down"],

	// So slow that users cannot work: the outermost depth speaks for all behind it.
	["backend_slow", "ok", "backend_slow"],
	["backend_slow", "key_rejected", "backend_slow"],
	["backend_slow", "right_missing", "backend_slow"],
	["backend_slow", "backend_down", "backend_slow"],

	// 502: down, unless the API answers. 401 and 403 are answers of the backend.
	["backend_down", "ok", "path_blocked"],
	["backend_down", "key_rejected", "path_blocked"],
	["backend_down", "right_missing", "path_blocked"],
	["backend_down", "backend_down", "backend_down"],

	// nginx does not listen: that concerns every path alike, so other answers are only older or newer.
	["connection_refused", "ok", "connection_refused"],
	["connection_refused", "key_rejected", "connection_refused"],
	["connection_refused", "right_missing", "connection_refused"],
	["connection_refused", "backend_down", "connection_refused"],

	// A login page hides what is behind it, but a path that leads past it shows the backend or its absence.
	["login_page", "ok", "path_blocked"],
	["login_page", "key_rejected", "path_blocked"],
	["login_page", "right_missing", "path_blocked"],
	["login_page", "backend_down", "backend_down"],

	["certificate_expired", "ok", "certificate_expired"],
	["certificate_expired", "key_rejected", "certificate_expired"],
	["certificate_expired", "right_missing", "certificate_expired"],
	["certificate_expired", "backend_down", "certificate_expired"],
];

const CASES = TABLE.flatMap(([backend, api, culprits]) => {
	const by = culprits.split(" ");
	return JOBS.map((job, index) => [backend, api, job, by.length === 1 ? culprits : (by[index] as string)] as const);
});

test("the table has every combination once", () => {
	expect(new Set(CASES.map(([backend, api, job]) => `${backend}/${api}/${job}`)).size).toBe(7 * 4 * 4);
});

test.each(CASES)("get-configuration %s, API %s, job %s: %s", (backend, api, job, code) => {
	expect(blamed(backend, api, job)).toBe(code);
});

describe("where a depth is missing or could not be judged", () => {
	test.each<[Shown, Shown, Shown, CauseCode | "nobody"]>([
		["-", "-", "-", "nobody"],
		["backend_down", "-", "-", "backend_down"],
		["-", "backend_down", "-", "backend_down"],
		["-", "-", "backend_down", "backend_down"],
		["-", "ok", "backend_down", "api_down"],
		["ok", "-", "backend_down", "api_down"],
		["ok", "-", "no_free_jek", "no_free_jek"],
		// A job that ended well may be minutes old: it does not prove that the backend is up now.
		["backend_down", "-", "ok", "backend_down"],
		["login_page", "-", "backend_down", "backend_down"],
		["login_page", "-", "ok", "login_page"],
		["unknown prober_resolver", "backend_down", "-", "backend_down"],
		["backend_down", "unknown prober_resolver", "-", "backend_down"],
		["unknown prober_resolver", "unknown prober_resolver", "unknown prober_resolver", "prober_resolver"],
		["unknown unsupported", "warning threshold_exceeded", "ok", "threshold_exceeded"],
		["warning backend_slow", "warning threshold_exceeded", "ok", "backend_slow"],
	])("%s, %s, %s: %s", (backend, api, job, code) => {
		expect(blamed(backend, api, job)).toBe(code);
	});
});

describe("causes in DSS's own words are not taken for something in between", () => {
	test.each<[Shown, Shown, CauseCode]>([
		["disk_full", "ok", "disk_full"],
		["backend_error", "ok", "backend_error"],
		["rate_limited", "ok", "rate_limited"],
		["redirected", "ok", "path_blocked"],
		["reply_not_json", "backend_down", "backend_down"],
		["backend_down", "licence", "path_blocked"],
		["ok", "licence", "licence"],
		["ok", "backend_hanging", "api_down"],
		["backend_hanging", "backend_hanging", "backend_hanging"],
	])("%s, API %s: %s", (backend, api, code) => {
		expect(blamed(backend, api, "ok")).toBe(code);
	});

	test("a job that DSS refused to start says nothing against the missing right", () => {
		expect(blamed("ok", "right_missing", "job_refused")).toBe("right_missing");
		expect(blamed("ok", "project_not_visible", "job_too_long")).toBe("job_too_long");
	});
});

describe("for any combination", () => {
	const one = fc
		.record({ level: fc.constantFrom(...LEVELS), code: fc.constantFrom(...(Object.keys(CAUSES) as CauseCode[])) })
		.map(({ level, code }): Seen => (level === "ok" ? { level } : { level, cause: cause(code) }));
	const depths = fc.record({ backend: one, api: one, job: one } satisfies Record<Depth, unknown>, { requiredKeys: [] });

	test("somebody is named exactly where something is not well, with the standard words", () => {
		fc.assert(
			fc.property(depths, (given) => {
				const found = culprit(given as Depths);
				expect(found === undefined).toBe(
					Object.values(given).every((seen) => seen === undefined || seen.level === "ok"),
				);
				if (found) expect(found).toEqual(cause(found.code));
			}),
		);
	});

	test("the prober is blamed only where the target is not known to be bad", () => {
		const real = one.filter(({ cause }) => cause === undefined || layerOf(cause.code) !== "prober");
		const blind = fc.constant<Seen>({ level: "unknown", cause: cause("prober_resolver") });
		fc.assert(
			fc.property(fc.record({ backend: blind, api: real, job: real }), (given) => {
				const isBad = [given.api, given.job].some(({ level }) => level === "critical" || level === "warning");
				if (isBad) expect(layerOf((culprit(given) as { code: CauseCode }).code)).not.toBe("prober");
			}),
		);
	});
});
