import type { About } from "../model/about.ts";
import type { Parts } from "./parts.ts";

/** What the program knows of its own state that its store does not hold. */
export function aboutOf(
	parts: Parts,
	{
		config,
		...self
	}: Pick<About, "version" | "nodeVersion" | "pid" | "startedAt"> & {
		readonly config: { readonly loadedAt: number; readonly error?: string };
	},
): About {
	const fault = parts.keeper.fault();
	return {
		...self,
		configLoadedAt: config.loadedAt,
		...(config.error !== undefined && { configError: config.error }),
		...(fault !== undefined && { storeFault: fault }),
		disabled: Object.fromEntries(
			[...parts.notifier.pending()].flatMap(([channel, { disabled }]) =>
				disabled === undefined ? [] : [[channel, disabled]],
			),
		),
	};
}
