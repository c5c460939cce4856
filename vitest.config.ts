import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		include: ["test/**/*.test.ts"],
		exclude: ["test/system/**", "test/crash/**", "test/bench/**", "node_modules/**"],
		testTimeout: 60_000,
		// Two cores are the usual build machine; more workers only make timings noisy.
		maxWorkers: 2,
	},
});
