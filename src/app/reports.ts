import type { Check } from "../config/checks.ts";
import { freshMs } from "../config/fresh.ts";
import { isOpen } from "../model/alert.ts";
import { cause } from "../model/cause.ts";
import type { CheckReport, InstanceReport } from "../model/report.ts";
import type { Watched } from "../pipeline/watched.ts";
import { checkReport, NEVER_SEEN, type Seen } from "./check-report.ts";
import type { Parts } from "./parts.ts";
import { SELF, SELF_EVERY_MS } from "./self.ts";

/** What the daemon tells programs that ask, made from its memory each time: nothing is read from the disk. */
export interface Reports {
	/** The names of the instances of the configuration in force. */
	instances(): readonly string[];
	/** What an instance says now, or one check of it; dss-probe itself is one, too. Undefined for what is not watched. */
	report(instance: string, check?: string): InstanceReport | undefined;
	/** One check by its key; undefined for one that is not watched. */
	check(key: string): CheckReport | undefined;
}

/** Looks at itself that may be missing before its opinion of itself is none any more. */
const SELF_LOOKS = 3;

export function reportsOf(parts: Pick<Parts, "config" | "ledger" | "counters" | "redact">): Reports {
	let known: readonly Check[] = [];
	let byInstance = new Map<string, readonly Check[]>();
	let byKey = new Map<string, Check>();
	/** Sorted once for each configuration: with 10,000 checks a question would otherwise look at all of them. */
	const sort = (): void => {
		const { checks } = parts.config();
		if (checks === known) return;
		known = checks;
		byInstance = Map.groupBy(checks, (check) => check.instance.name);
		byKey = new Map(checks.map((check) => [check.key, check]));
	};
	const checksOf = (instance: string): readonly Check[] => {
		sort();
		return byInstance.get(instance) ?? [];
	};
	return {
		instances: () => [...parts.config().instances.keys()],
		report(name, only) {
			const isWanted = (check: Watched): boolean => only === undefined || check.name === only;
			if (name === SELF.instance.name) {
				if (!isWanted(SELF)) return undefined;
				return { instance: name, ...about(SELF), checks: [reportOf(SELF, SELF_LOOKS * SELF_EVERY_MS, parts)] };
			}
			const instance = parts.config().instances.get(name);
			const checks = checksOf(name).filter(isWanted);
			if (!instance || (only !== undefined && checks.length === 0)) return undefined;
			const { url, labels } = instance;
			const reports = checks.map((check) => reportOf(check, freshMs(check), parts));
			return { instance: name, url, labels, checks: reports };
		},
		check(key) {
			sort();
			const check = byKey.get(key);
			return check && reportOf(check, freshMs(check), parts);
		},
	};
}

function about({ instance: { url, labels } }: Watched): Pick<InstanceReport, "url" | "labels"> {
	return { url, labels };
}

type Memory = Pick<Parts, "ledger" | "counters" | "redact">;

function reportOf(check: Watched, freshForMs: number, memory: Memory) {
	return checkReport(check, seenOf(check.key, memory), freshForMs);
}

/** A look that failed through our own fault left the alert as it was, but it is the newest there is. */
function seenOf(key: string, { ledger, counters, redact }: Memory): Seen {
	const alert = ledger.alert(key);
	const blind = counters.blind.get(key);
	const durationMs = counters.durations.get(key);
	const took = durationMs !== undefined && { durationMs };
	const phase = alert && {
		phase: alert.state.phase,
		...(isOpen(alert.state) && { firm: alert.state.level }),
	};
	if (blind) {
		const { code, text, at } = blind;
		const summary = redact()(text);
		return { level: "unknown", cause: cause(code), summary, failed: [], sampledAt: at, values: {}, ...took, ...phase };
	}
	if (!alert) return NEVER_SEEN;
	const { level, summary, failed, exceeded, sampledAt, values } = alert;
	const blamed = level !== "ok" && alert.cause && { cause: alert.cause };
	const over = exceeded && { exceeded };
	return { level, ...blamed, summary, failed, ...over, sampledAt, values, ...took, ...phase };
}
