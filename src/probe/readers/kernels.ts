import * as z from "zod";
import { evidence } from "../../dss/evidence.ts";
import { formatDuration } from "../../model/duration.ts";
import type { Value } from "../../model/sample.ts";
import type { Reading } from "../api-kind.ts";
import { replyNumber } from "./reply-number.ts";

const notebooks = z.array(
	z.looseObject({
		projectKey: z.string().nullish(),
		name: z.string().nullish(),
		activeSessions: z
			.array(
				z.looseObject({
					sessionCreator: z.string().nullish(),
					/** ms since 1970. */
					sessionStartTime: replyNumber().nullish(),
					kernelLastActivityTime: replyNumber().nullish(),
					/** idle, busy, starting. */
					kernelExecutionState: z.string().nullish(),
				}),
			)
			.nullish(),
	}),
);

interface Kernel {
	readonly owner: string;
	readonly notebook: string;
	readonly isIdle: boolean;
	readonly isBusy: boolean;
	readonly idleMs: number;
	readonly ageMs: number;
}

/** Reads `/admin/notebooks/`. */
export const readKernels: Reading<{ readonly idle_after: number }> = async ({ get, dssNow }, options) => {
	const listed = await get("/admin/notebooks/", notebooks);
	const now = dssNow();
	const since = (at: number | null | undefined): number => (at ? Math.max(0, now - at) : 0);
	const kernels = listed.flatMap(({ projectKey, name, activeSessions }) =>
		(activeSessions ?? []).map((session): Kernel => {
			const state = session.kernelExecutionState ?? "idle";
			return {
				owner: session.sessionCreator ?? "somebody",
				notebook: `${projectKey ?? "?"}.${name ?? "?"}`,
				isIdle: state === "idle",
				isBusy: state === "busy",
				// One that was never active idles since its start.
				idleMs: since(session.kernelLastActivityTime || session.sessionStartTime),
				ageMs: since(session.sessionStartTime),
			};
		}),
	);
	const idle = kernels.filter(({ isIdle }) => isIdle).sort((a, b) => b.idleMs - a.idleMs);
	const forgotten = idle.filter(({ idleMs }) => idleMs > options.idle_after).length;
	const byUser = [...Map.groupBy(kernels, ({ owner }) => owner)]
		.map(([owner, theirs]) => [owner, theirs.length] as const)
		.sort((a, b) => b[1] - a[1]);
	const [longest, most] = [idle[0], byUser[0]];
	const busy = kernels.filter(({ isBusy }) => isBusy).length;
	const values: Record<string, Value> = {
		kernels: kernels.length,
		busy,
		forgotten,
		longest_idle: (longest?.idleMs ?? 0) / 1_000,
		longest_idle_of: longest ? evidence(`${longest.owner}: ${longest.notebook}`) : "",
		oldest: kernels.reduce((oldest, { ageMs }) => Math.max(oldest, ageMs), 0) / 1_000,
		most_per_user: most?.[1] ?? 0,
		most_user: evidence(most?.[0] ?? ""),
	};
	return {
		values,
		facts: { by_user: Object.fromEntries(byUser) },
		seen: evidence(
			[
				`${kernels.length} ${kernels.length === 1 ? "kernel" : "kernels"}, ${busy} busy, ${forgotten} forgotten`,
				longest && `longest idle: ${longest.owner}: ${longest.notebook} for ${formatDuration(longest.idleMs)}`,
				most && most[1] > 1 && `most: ${most[0]} with ${most[1]}`,
			]
				.filter(Boolean)
				.join("; "),
		),
	};
};
