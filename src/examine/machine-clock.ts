import { formatDuration } from "../model/duration.ts";
import { critical, type Examination, type Finding, ok, skipped, warning } from "./examination.ts";
import type { Dated, Patient } from "./patient.ts";
import { someOf } from "./words.ts";

/** Clocks this close to each other agree: a Date header tells whole seconds, and answers travel. ms. */
const AGREE_MS = 5_000;
/** From here on times in messages mislead people, and tokens and certificates begin to fail, ms. */
const FAR_MS = 60_000;

const HERE = "this machine";

/**
 * Says whose clock is off. The largest number of clocks that agree is believed; this machine's own has one vote, too.
 *
 * @param dates at most one for each instance
 */
export function judgeClocks(dates: readonly Dated[]): readonly Finding[] {
	if (dates.length === 0) return [skipped("no instance has told its time")];
	const clocks = [{ instance: HERE, aheadMs: 0 }, ...dates];
	const agreeing = clocks.map(({ aheadMs }) => clocks.filter((one) => Math.abs(one.aheadMs - aheadMs) <= AGREE_MS));
	const most = Math.max(...agreeing.map(({ length }) => length));
	const believed = agreeing.filter(({ length }) => length === most);
	const right = believed.find((group) => group.some(({ instance }) => instance === HERE)) ?? believed[0] ?? [];
	if (most === clocks.length) return [ok(`agrees with ${namesOf(dates)}`)];

	// As many say this as that: nobody can tell who is right.
	const isTied = believed.some((group) => group.every((one) => !right.includes(one)));
	if (isTied) {
		return dates
			.filter(({ aheadMs }) => Math.abs(aheadMs) > AGREE_MS)
			.map((one) =>
				finding(
					one.aheadMs,
					`${one.instance} is ${distance(one.aheadMs)} this machine: one of the two is off`,
					"Compare both with a clock you trust, then let NTP set the one that is off: timedatectl set-ntp true.",
				),
			);
	}
	const findings: Finding[] = [];
	if (!right.some(({ instance }) => instance === HERE)) {
		const [first] = right;
		const behindMs = first?.aheadMs ?? 0;
		findings.push(
			finding(
				behindMs,
				`this machine is ${distance(-behindMs)} ${namesOf(right)}, which agree: this machine's clock is off`,
				"Let NTP set it: timedatectl set-ntp true. Until then times in messages are wrong, and certificates may look expired.",
			),
		);
	}
	const reference = right[0]?.aheadMs ?? 0;
	for (const one of dates.filter((date) => !right.includes(date))) {
		const off = one.aheadMs - reference;
		findings.push(
			finding(
				off,
				`${one.instance} is ${distance(off)} ${namesOf(right)}: the clock of ${one.instance} is off`,
				"On that host: timedatectl set-ntp true. Times of jobs, scenario triggers and tokens of DSS go by it.",
			),
		);
	}
	return findings;
}

function finding(offMs: number, seen: string, todo: string): Finding {
	return Math.abs(offMs) > FAR_MS ? critical(seen, todo) : warning(seen, todo);
}

/** As precise as a header that tells whole seconds allows, and as people say it. */
function distance(aheadMs: number): string {
	const ms = Math.abs(aheadMs);
	const unit = ms >= 600_000 ? 60_000 : 1_000;
	return `${formatDuration(Math.round(ms / unit) * unit)} ${aheadMs > 0 ? "ahead of" : "behind"}`;
}

function namesOf(dates: readonly Dated[]): string {
	return someOf(dates.map(({ instance }) => instance));
}

export const clockExamination = ({ dates }: Patient): Examination => ({
	name: "clock",
	isLate: true,
	// They came in any order; people compare two reports.
	examine: () => judgeClocks(dates.toSorted((a, b) => (a.instance < b.instance ? -1 : 1))),
});
