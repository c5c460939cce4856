import { InvalidArgumentError } from "commander";
import { parseDuration } from "../model/duration.ts";

/** Reads the value of an option that is a duration, ms. */
export function milliseconds(given: string): number {
	const ms = parseDuration(given);
	if (ms === undefined) throw new InvalidArgumentError("It is a duration such as 10s.");
	return ms;
}
