import { defineConfig } from "vitest/config";

/** Tests of the whole program against real and foreign servers, in real time: `npm run test:system`. */
export default defineConfig({
	test: {
		// The crash tests in their short form: some of the boundaries, and a few random moments.
		include: ["test/system/**/*.test.ts", "test/crash/**/*.test.ts"],
		testTimeout: 120_000,
		hookTimeout: 60_000,
		// Two cores are the usual build machine; more at once would only make timings noisy.
		maxWorkers: 2,
	},
});
