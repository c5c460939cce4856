import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { newestSample } from "../../src/cli/newest-sample.ts";
import type { Check } from "../../src/config/checks.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { aFolder } from "../support/program.ts";

const CHECK = {
	key: "design/canary-job",
	timing: { every: 600_000 },
	timeoutMs: 60_000,
} as unknown as Check;
const NOW = 1_800_000_000_000;

function aStore(startedAt: number): string {
	const path = join(aFolder(), "store.db");
	const store = openSqlite(path);
	store.keep([{ key: CHECK.key, level: "ok", sample: { startedAt, durationMs: 50, values: { phase: "done" } } }]);
	store.close();
	return path;
}

test("the newest sample is told while it is fresh", async () => {
	expect(await newestSample(aStore(NOW - 1_000), CHECK, NOW)).toMatchObject({ sample: { startedAt: NOW - 1_000 } });
	const none = { missing: expect.stringContaining("only the daemon does, and that has seen none lately") };
	expect(await newestSample(aStore(NOW - 86_400_000), CHECK, NOW)).toEqual(none);
	expect(await newestSample(join(aFolder(), "not-there.db"), CHECK, NOW)).toEqual(none);
});

test("a store that cannot be read is called that, and left as it is", async () => {
	const path = aStore(NOW);
	const older = new DatabaseSync(path);
	older.exec("PRAGMA journal_mode = DELETE; PRAGMA user_version = 1");
	older.close();
	const bytes = readFileSync(path);
	expect(await newestSample(path, CHECK, NOW)).toEqual({
		missing: expect.stringMatching(/^the store .*store\.db cannot be read: .*another version of dss-probe/),
	});
	expect(readFileSync(path).equals(bytes)).toBe(true);
});
