import type { Clock } from "../clock.ts";
import { actAtOnce } from "../model/at-once.ts";
import { formatDuration } from "../model/duration.ts";
import type { Redact } from "../model/secret.ts";
import { type Examination, type Finding, type Section, warning } from "./examination.ts";

/** What one examination found. */
export interface Result {
	readonly section: string;
	readonly examination: string;
	readonly findings: readonly Finding[];
}

export interface RoundDeps {
	readonly clock: Clock;
	/** How many sections are examined at a time. */
	readonly atOnce: number;
	/** Longest time of one examination, ms. */
	readonly deadlineMs: number;
	/** Passes over every finding: what a server says may repeat a secret. */
	readonly redact: Redact;
	/** Told when an examination begins. */
	readonly onBegin?: (section: string, examination: string) => void;
}

/**
 * Makes all examinations: sections side by side, each in its own order, the late ones at the end, one by one. One that
 * breaks or takes too long is a finding like any other. Never throws.
 *
 * @returns the results in the order of the sections
 */
export async function makeRound(sections: readonly Section[], deps: RoundDeps): Promise<readonly Result[]> {
	const found = new Map<Examination, readonly Finding[]>();
	await actAtOnce(sections, deps.atOnce, (section) => examineSection(section, found, deps));
	for (const { name, examinations } of sections) {
		for (const late of examinations.filter(({ isLate }) => isLate)) found.set(late, await inTime(name, late, deps));
	}
	return sections.flatMap(({ name, examinations }) =>
		examinations.map((examination) => ({
			section: name,
			examination: examination.name,
			findings: (found.get(examination) ?? []).map((finding) => redacted(finding, deps.redact)),
		})),
	);
}

async function examineSection(
	{ name, examinations }: Section,
	found: Map<Examination, readonly Finding[]>,
	deps: RoundDeps,
): Promise<void> {
	let broken: string | undefined;
	for (const examination of examinations) {
		if (examination.isLate) continue;
		if (broken !== undefined) {
			found.set(examination, [{ level: "skipped", seen: `not examined, because of: ${broken}`, because: broken }]);
			continue;
		}
		const findings = await inTime(name, examination, deps);
		found.set(examination, findings);
		if (examination.isVital && findings.some(isInTheWay)) broken = examination.name;
	}
}

function isInTheWay(finding: Finding): boolean {
	return finding.level === "critical" && finding.isPassable !== true;
}

async function inTime(section: string, examination: Examination, deps: RoundDeps): Promise<readonly Finding[]> {
	deps.onBegin?.(section, examination.name);
	const late = new AbortController();
	const { promise, resolve } = Promise.withResolvers<readonly Finding[]>();
	const timer = deps.clock.after(deps.deadlineMs, () => {
		late.abort();
		const seen = `not finished within ${formatDuration(deps.deadlineMs)}`;
		resolve([warning(seen, "Try again; where it is merely slow, give it more time with --deadline.")]);
	});
	try {
		return await Promise.race([examination.examine(late.signal), promise]);
	} catch (error) {
		const words = error instanceof Error ? error.message : String(error);
		return [warning(`this examination itself failed: ${words}`, "Please report it: a mistake of dss-probe.")];
	} finally {
		timer.cancel();
	}
}

function redacted(finding: Finding, redact: Redact): Finding {
	if (!("todo" in finding)) return { ...finding, seen: redact(finding.seen) };
	return { ...finding, seen: redact(finding.seen), todo: redact(finding.todo) };
}
