import type { Limits } from "../evaluate/rules.ts";
import type { Path } from "./path.ts";

/** Complains about limits that contradict each other: a critical one on the good side of the warning, a recovery on the bad side. */
export function checkThresholds(
	thresholds: readonly { readonly name: string; readonly limits: Limits }[],
	report: (path: Path, message: string) => void,
): void {
	for (const { name, limits } of thresholds) {
		const { warning, critical, recover, bad } = limits;
		const isBeyond = (a: number, b: number) => (bad === "above" ? a > b : a < b);
		const path = ["thresholds", name];
		const [near, far] = bad === "above" ? ["above", "below"] : ["below", "above"];
		if (warning !== undefined && critical !== undefined && isBeyond(warning, critical)) {
			report([...path, "critical"], `"critical" is ${far} "warning", so warning would never be said`);
		}
		const lowest = warning ?? critical;
		if (recover !== undefined && lowest !== undefined && isBeyond(recover, lowest)) {
			report([...path, "recover"], `"recover" is ${near} the limit itself: that is still bad`);
		}
	}
}
