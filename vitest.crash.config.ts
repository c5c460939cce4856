import { defineConfig } from "vitest/config";

/** `npm run test:crash`: the daemon is killed at every write boundary and at 1,000 random moments. Takes an hour. */
export default defineConfig({
	test: {
		include: ["test/crash/**/*.test.ts"],
		env: { CRASH_STRIDE: process.env["CRASH_STRIDE"] ?? "1", CRASH_RUNS: process.env["CRASH_RUNS"] ?? "1000" },
		// Each file runs several daemons at a time by itself.
		maxWorkers: 1,
		disableConsoleIntercept: true,
	},
});
