import type { Config } from "../config/alerts.ts";
import type { Check } from "../config/checks.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import { cause } from "../model/cause.ts";
import type { Silence } from "../model/silence.ts";
import { isWorse, type Verdict } from "../model/verdict.ts";
import type { KeptSample } from "../store/store.ts";
import { circlesOf } from "./rehearse-calm.ts";
import { createStage, type Rehearsal } from "./rehearse-stage.ts";

/** What is remembered of the past. */
export interface Memory {
	read(key: string, from: number, to: number): readonly KeptSample[];
	readonly silences: readonly Silence[];
}

/** So much of the history is in memory at a time, ms. */
const PIECE_MS = 6 * 3_600_000;

/**
 * Leads the samples that were kept through a configuration, as if it had been in force. Looks come when they were made:
 * other intervals cannot be rehearsed. A condition about a body or a header cannot be judged again, because those are not
 * kept; there the level counts that was found at that time.
 *
 * @param memory.read the samples of a check between two moments (inclusive), oldest first
 * @param memory.silences what people asked for at that time
 */
export async function rehearseHistory(
	config: Config,
	from: number,
	to: number,
	{ read, silences }: Memory,
): Promise<Rehearsal> {
	const stage = createStage(
		config,
		from,
		() => false,
		() => {},
	);
	const { parts } = stage;
	const players = new Map(config.checks.map((check) => [check.key, withoutFacts(check)]));
	const circles = circlesOf(config.checks);
	/** Good samples of quiet checks that were not led through the stages, the newest of each. */
	const passed = new Map<string, KeptSample>();
	let looks = 0;
	parts.use({ ...config, checks: [...players.values()].map(({ check }) => check) }, []);

	for (const silence of silences) parts.pipeline.silence(silence);

	const lead = ({ key, level, sample }: KeptSample, { check, isBlind }: Player): void => {
		looks++;
		const { verdict } = evaluate(sample, check.rules, parts.ledger.alert(key)?.raised ?? {});
		if (isBlind && isWorse(level, verdict.level)) parts.pipeline.absorb(key, sample, asFound(level, verdict));
		else parts.pipeline.take(key, sample);
	};

	const isQuiet = ({ key, level, sample }: KeptSample, { check }: Player): boolean => {
		if (level !== "ok" || sample.fault) return false;
		const alert = parts.ledger.alert(key);
		if (alert?.state.phase !== "inactive" || alert.flips || Object.keys(alert.raised).length > 0) return false;
		const before = passed.get(key)?.sample.values ?? alert.values;
		if (before["dss_version"] !== sample.values["dss_version"] || before["started"] !== sample.values["started"])
			return false;
		return evaluate(sample, check.rules, {}).verdict.level === "ok";
	};

	for (let begin = from; begin <= to; begin += PIECE_MS) {
		const end = Math.min(to, begin + PIECE_MS - 1);
		const samples = config.checks
			.flatMap(({ key }) => read(key, begin, end))
			.sort((a, b) => a.sample.startedAt + a.sample.durationMs - (b.sample.startedAt + b.sample.durationMs));
		for (const kept of samples) {
			const player = players.get(kept.key);
			if (!player) continue;
			if (isQuiet(kept, player)) {
				passed.set(kept.key, kept);
				continue;
			}
			await stage.advance(Math.max(stage.clock.monotonic(), kept.sample.startedAt + kept.sample.durationMs - from));
			for (const member of circles.get(kept.key)?.members ?? []) {
				const good = passed.get(member);
				if (good) lead(good, players.get(member) as Player);
				passed.delete(member);
			}
			lead(kept, player);
		}
	}
	await stage.advance(Math.max(stage.clock.monotonic(), to - from));
	const blind = [...players.values()].filter(({ isBlind }) => isBlind).map(({ check }) => check.key);
	const notes = blind.map((key) => `${key}: conditions about body or headers count as they were judged at that time`);
	return { from, to, ...stage.end(), notes, looks };
}

/** A check without the conditions that name what is not kept. */
interface Player {
	readonly check: Check;
	readonly isBlind: boolean;
}

function withoutFacts(check: Check): Player {
	const { types, expect } = check.rules;
	const kept = expect.filter(({ condition }) => condition.names.every((name) => name in types));
	return { check: { ...check, rules: { ...check.rules, expect: kept } }, isBlind: kept.length < expect.length };
}

function asFound(level: KeptSample["level"], { summary }: Verdict): Verdict {
	if (level === "ok") return { level, summary, failed: [] };
	return { level, cause: cause("expectation_failed"), summary, failed: ["as judged at that time"] };
}
