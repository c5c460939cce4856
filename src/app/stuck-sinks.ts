import type { SelfFacts } from "../evaluate/self.ts";
import type { Refusal, Sink } from "../sinks/sink.ts";

/** A sink that takes nothing for this long is a fault of the delivery, ms. */
const STUCK_MS = 60_000;
/** A new item of Zabbix is refused for as long as its server does not read its configuration again: a minute by default. */
const REFUSED_MS = 180_000;
/** Names in a message. */
const SHOWN = 3;

/** The sinks that do not get rid of their values, or not of all, and why. */
export function stuckSinks(sinks: Iterable<Sink>, now: number): SelfFacts["sinks"] {
	return [...sinks].flatMap((sink) => {
		const { failingSince, lastError, refusals } = sink.figures();
		if (failingSince !== undefined && now - failingSince > STUCK_MS) {
			return [{ sink: sink.name, error: `takes no values: ${lastError?.text ?? ""}` }];
		}
		const lasting = refusals.filter(({ since }) => now - since > REFUSED_MS);
		return lasting.length > 0 ? [{ sink: sink.name, error: `refuses ${listed(lasting)}` }] : [];
	});
}

function listed(refusals: readonly Refusal[]): string {
	const shown = refusals.slice(0, SHOWN).map(({ what }) => what);
	const more = refusals.length - shown.length;
	return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
