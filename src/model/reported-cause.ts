import { type Cause, type CauseCode, cause, hintFor, layerOf } from "./cause.ts";
import type { ReportedCause } from "./report.ts";

/** A cause as reports tell it; by its code alone with its standard words. */
export function reportedCause(given: Cause | CauseCode): ReportedCause {
	const told = typeof given === "string" ? cause(given) : given;
	return { ...told, layer: layerOf(told.code), hint: hintFor(told.code) };
}
