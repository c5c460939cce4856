import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		include: ["test/**/*.test.ts"],
		exclude: ["test/system/**", "test/crash/**", "test/bench/**", "node_modules/**"],
		testTimeout: 60_000,
		// Two cores are the usual build machine; more workers only make timings noisy.
		maxWorkers: 2,
		// Tests leave nothing behind in the modules they use, so the files of a worker may share them: a third of the time.
		isolate: false,
	},
});
