import * as z from "zod";
import { duration } from "../model/duration.ts";

const full = z.strictObject({
	path: z.string().min(1).describe("File of the SQLite database; its folder is made if it is missing."),
	keep: duration()
		.default(30 * 86_400_000)
		.describe("How long samples, transitions and delivered messages are kept."),
	max_samples: z.int().min(1_000).default(5_000_000).describe("Upper limit of kept samples, about 100 bytes each."),
});

/** The `store:` section: a path alone, or with how much is kept. A relative path starts at the folder of the file it stands in. */
export const storeOptions = z.union(
	[
		z
			.string()
			.min(1)
			.transform((path) => full.parse({ path })),
		full,
	],
	{
		error: "is neither a path nor a section with path, keep and max_samples",
	},
);

export type StoreOptions = z.output<typeof storeOptions>;
