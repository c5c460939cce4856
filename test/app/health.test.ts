import { describe, expect, test } from "vitest";
import { healthLine, healthOf } from "../../src/app/health.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { Alert } from "../../src/model/alert.ts";
import { virtualClock } from "../support/clock.ts";
import { memoryDisk } from "../support/config.ts";

const check = (timing: string) => `name: front
summary: It answers.
probe: { kind: http, path: / }
${timing}
timeout: 5s
`;

function aProgram(timing: string, open: readonly string[] = []) {
	const disk = memoryDisk({
		"alerts.yaml": `instances: { a: { url: "http://a.example.com" } }
check_files: [front.yaml]
checks: [front]
routes: [{ to: [] }]
`,
		"front.yaml": check(timing),
	});
	const loaded = loadConfig("alerts.yaml", { env: {}, disk });
	if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
	const { config } = loaded;
	const clock = virtualClock();
	const incident = { phase: "firing", incident: "i", since: 0, firedAt: 0, level: "critical" } as const;
	const alert = (key: string) => (open.includes(key) ? ({ key, state: incident } as unknown as Alert) : undefined);
	const parts = { config: () => config, ledger: { alert } } as unknown as Parameters<typeof healthOf>[0]["parts"];
	const schedule = { stats: () => ({ lastProgressAt: 0 }) } as Parameters<typeof healthOf>[0]["schedule"];
	const isWell = async (afterMs: number) => {
		await clock.advance(afterMs - clock.monotonic());
		return healthOf({ parts, schedule, clock }).ok;
	};
	return { isWell, line: () => healthLine({ parts }), health: () => healthOf({ parts, schedule, clock }) };
}

describe("the program works as long as some check starts or ends", () => {
	test.each([
		["within its interval, its timeout and 15 s", "every: 30s", 50_000],
		[
			"within the longest gap of its cron expression, its timeout and 15 s",
			'cron: "*/10 * * * *"\ntimezone: UTC',
			620_000,
		],
	])("%s", async (_name, timing, lastMs) => {
		const { isWell, health } = aProgram(timing);
		expect(await isWell(lastMs)).toBe(true);
		expect(await isWell(lastMs + 1_000)).toBe(false);
		expect(health().reasons).toEqual([`no check has started or ended for ${lastMs / 1_000 + 1} s`]);
	});
});

test("one line says what it watches and what is open, without a name", () => {
	expect(aProgram("every: 30s").line()).toBe("watches 1 check on 1 instance; no incident is open");
	expect(aProgram("every: 30s", ["a/front"]).line()).toBe("watches 1 check on 1 instance; 1 open incident");
});
