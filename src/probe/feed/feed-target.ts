import * as z from "zod";

/** One server of metrics, as it is found and as it is remembered. */
export const target = z.object({
	/** Unique among the targets of a check. */
	name: z.string(),
	/** Absent where it is known that there is nothing to ask; `reason` then says why. */
	url: z.string().optional(),
	reason: z.string().optional(),
	labels: z.record(z.string(), z.string()),
});

export type Target = z.output<typeof target>;

/** What came of looking for targets in a file or at Docker. */
export type Listed =
	| { readonly ok: true; readonly targets: readonly Target[] }
	| { readonly ok: false; readonly why: string };
