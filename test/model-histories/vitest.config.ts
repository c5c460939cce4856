import { defineConfig } from "vitest/config";

/** The random histories at length: `npm run test:model`. */
export default defineConfig({
	test: {
		include: ["test/model-histories/*.test.ts"],
		testTimeout: 3_600_000,
		env: { MODEL_RUNS: process.env["MODEL_RUNS"] ?? "10000" },
	},
});
