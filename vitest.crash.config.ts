import { defineConfig } from "vitest/config";

/**
 * `npm run test:crash`: the daemon is killed at every write boundary, at 1,000 random moments, and with a canary under way at
 * 500. Takes more than an hour.
 */
export default defineConfig({
	test: {
		include: ["test/crash/**/*.test.ts"],
		env: {
			CRASH_STRIDE: process.env["CRASH_STRIDE"] ?? "1",
			CRASH_RUNS: process.env["CRASH_RUNS"] ?? "1000",
			CANARY_RUNS: process.env["CANARY_RUNS"] ?? "500",
		},
		// Each file runs several daemons at a time by itself.
		maxWorkers: 1,
		disableConsoleIntercept: true,
	},
});
