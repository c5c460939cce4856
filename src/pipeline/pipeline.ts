import type { Clock } from "../clock.ts";
import { restate } from "../dispatch/clock-set.ts";
import type { ChannelOutcome } from "../dispatch/decision.ts";
import type { Plan } from "../dispatch/dispatch.ts";
import { createKin, type Kin } from "../dispatch/kin.ts";
import { type Looked, looksAfter } from "../dispatch/looks.ts";
import type { Mute } from "../dispatch/mute.ts";
import { createPeers, type Peers, speakersFor } from "../dispatch/peers.ts";
import { turnAfter } from "../dispatch/settle.ts";
import type { AlertView, ParentView } from "../dispatch/view.ts";
import { layeredCause } from "../evaluate/depths.ts";
import { evaluate, isSameRaised, type Raised } from "../evaluate/evaluate.ts";
import { explainedByHost, isOnHost, type Witness } from "../evaluate/witness.ts";
import { type Alert, isOpen, type Transition } from "../model/alert.ts";
import { type Cause, layerOf } from "../model/cause.ts";
import { redacted, type Sample, unitsOf } from "../model/sample.ts";
import type { Redact } from "../model/secret.ts";
import type { Silence } from "../model/silence.ts";
import type { Verdict } from "../model/verdict.ts";
import { forSample } from "../state/for-sample.ts";
import { confirmMs } from "../state/policy.ts";
import { freshAlert, step } from "../state/state.ts";
import type { Ledger } from "../store/ledger.ts";
import type { Change, KeptSample } from "../store/store.ts";
import { createInstances } from "./instances.ts";
import { createTelling, type HandOver } from "./telling.ts";
import type { Watched } from "./watched.ts";

export interface PipelineDeps {
	readonly clock: Clock;
	readonly ledger: Ledger;
	readonly redact: () => Redact;
	/** Writes a change to disk, synced, before anyone is told. */
	readonly commit: (change: Change) => void;
	readonly keep: (sample: KeptSample) => void;
	readonly tell: (messages: HandOver) => void;
	/** Asks for a look at a check in so many ms. */
	readonly look: (key: string, inMs: number) => void;
	readonly onTransition?: (transition: Transition) => void;
	/**
	 * Decisions wait for `settle()`: for a run that looks at every check once, so that parents are known before anyone is
	 * told about a child.
	 */
	readonly deferred?: boolean;
}

/** The sentence: one sample → evaluate → state → dispatch → store → notify. */
export interface Pipeline {
	/** Begins with, or swaps to, these checks and this plan. What is no longer watched is closed on every channel. */
	watch(checks: readonly Watched[], plan: Plan): void;
	/** Takes one sample of a check through all stages; undefined for a check that is not watched. */
	take(key: string, sample: Sample): Verdict | undefined;
	/** Takes a verdict that needs no rules: the program's opinion about itself. */
	absorb(key: string, sample: Sample, verdict: Verdict): void;
	/** Keeps a silence, new or changed, and acts on it at once. */
	silence(silence: Silence): void;
	/** Notes that somebody works on an open incident; false where none is open. */
	acknowledge(key: string, author: string, comment: string): boolean;
	/** Why nobody is told about an open alert at the moment, if nobody is. */
	mutedBy(key: string): Mute | undefined;
	/** What each channel would be told about an alert now, and why not. Changes nothing. */
	outlook(key: string): readonly ChannelOutcome[];
	/** Decides about these alerts anew, or about all, because what is remembered has changed. */
	reconsider(keys?: readonly string[]): void;
	/** Takes all decisions that were put off; their messages are due at once. */
	settle(): void;
	/** The wall clock was set by so many ms (negative: back): what is remembered moves with it. */
	clockSet(ms: number): void;
	stop(): void;
}

export function createPipeline(deps: PipelineDeps): Pipeline {
	const { clock, ledger } = deps;
	let watched = new Map<string, Watched>();
	let kin: Kin = createKin([]);
	let peers: Peers = createPeers([]);
	/** The checks that look at the host of an instance, by its name. */
	let onHost = new Map<string, readonly string[]>();

	const alertOf = (key: string): Alert => ledger.alert(key) ?? freshAlert(key, clock.now());

	const parentView = (key: string): ParentView[] => {
		const parent = watched.get(key);
		return parent ? [{ key, alert: alertOf(key), confirmMs: confirmMs(parent) }] : [];
	};

	const viewOf = (key: string): AlertView | undefined => {
		const check = watched.get(key);
		if (!check) return undefined;
		return {
			alert: alertOf(check.key),
			instance: check.instance.name,
			check: check.name,
			about: check.summary,
			labels: { ...check.instance.labels, ...check.labels },
			url: check.instance.url,
			units: unitsOf(check.rules.types),
			...(check.advice !== undefined && { advice: check.advice }),
			...(check.runbook !== undefined && { runbook: check.runbook }),
			parents: [...check.parents.flatMap(parentView), ...speakersFor(check.key, alertOf, peers)],
			...instances.graceOf(check.instance.name),
			confirmMs: confirmMs(check),
		};
	};

	const instances = createInstances(ledger);
	const telling = createTelling({ ...deps, view: viewOf, deferred: deps.deferred === true });

	const judge = (check: Watched, sample: Sample, verdict: Verdict, raised: Raised): void => {
		const before = alertOf(check.key);
		// A look of several calls may fail long after it began: what its relatives saw meanwhile is older than the fault.
		const at = sample.fault ? sample.startedAt + sample.durationMs : sample.startedAt;
		const parents = check.parents.flatMap((key) => ledger.alert(key) ?? []);
		const policy = forSample(check.policy, sample.fault !== undefined, before, parents);
		const { state, transition, flips } = step(before, verdict, at, policy);
		const resolvedAt = transition?.change === "resolved" ? sample.startedAt : before.resolvedAt;
		const turn = turnAfter(before.turn, transition, sample.startedAt);
		const seen: Alert = {
			key: check.key,
			state,
			sampledAt: sample.startedAt,
			level: verdict.level,
			summary: verdict.summary,
			failed: verdict.failed,
			...(verdict.exceeded && { exceeded: verdict.exceeded }),
			values: sample.values,
			raised,
			...(flips !== 0 && { flips }),
			...(resolvedAt !== undefined && { resolvedAt }),
			...(turn && { turn }),
			...(before.ack && isOpen(state) && before.ack.incident === state.incident && { ack: before.ack }),
		};
		const blamed = verdict.cause ? blame(check, seen, verdict.cause) : isOpen(state) ? before.cause : undefined;
		const alert: Alert = blamed ? { ...seen, cause: blamed } : seen;
		ledger.apply({ alerts: [alert] });
		const moved = transition !== undefined || state !== before.state || !isSameRaised(before.raised, raised);
		const transitions = transition
			? [{ ...transition, key: check.key, at: sample.startedAt, ...(blamed && { cause: blamed }) }]
			: [];
		const beside = transition ? peers.troubled(check.key, ledger.alert) : [];
		const concerned = moved || state.phase !== "inactive" ? [check.key, ...openBelow(check.key), ...beside] : [];
		telling.decide(concerned, moved ? { alerts: [alert], transitions } : {});
		for (const one of transitions) deps.onTransition?.(one);
		const around = {
			kin,
			peers: transition?.change === "resolved" ? beside : peers.sharing(check.key, alert),
			check: lookedAt,
			alert: ledger.alert,
		};
		const looks = looksAfter({ ...check, confirmMs: confirmMs(check) }, alert, transition?.change, around, clock.now());
		for (const { key, inMs } of looks) deps.look(key, Math.max(0, inMs));
	};

	const blame = (check: Watched, own: Alert, cause: Cause): Cause => {
		const others = kin.family(check.key).filter((key) => key !== check.key);
		const relatives = others.flatMap((key) => {
			const [alert, relative] = [ledger.alert(key), watched.get(key)];
			return alert && relative ? [{ alert, labels: relative.labels }] : [];
		});
		const layered = layeredCause({ ...own, cause }, check.labels, relatives);
		return explainedByHost({ cause: layered, since: own.state.since, at: own.sampledAt }, witnessesOf(check, own));
	};

	/** What the host shows now, the sample that is being judged included. */
	const witnessesOf = (check: Watched, own: Alert): readonly Witness[] =>
		(onHost.get(check.instance.name) ?? []).flatMap((key) => {
			const alert = key === check.key ? own : ledger.alert(key);
			return alert ? [alert] : [];
		});

	const lookedAt = (key: string): Looked | undefined => {
		const check = watched.get(key);
		return check && { ...check, confirmMs: confirmMs(check) };
	};

	const openBelow = (key: string): readonly string[] =>
		kin.descendants(key).filter((child) => {
			const alert = ledger.alert(child);
			return alert !== undefined && isOpen(alert.state);
		});

	return {
		watch(checks, next) {
			watched = new Map(checks.map((check) => [check.key, check]));
			kin = createKin(checks);
			peers = createPeers(checks);
			const local = checks.filter(({ labels }) => isOnHost(labels));
			const byInstance = Map.groupBy(local, ({ instance }) => instance.name);
			onHost = new Map([...byInstance].map(([name, all]) => [name, all.map(({ key }) => key)]));
			telling.use(next);
			const known = [...new Set([...ledger.toldKeys(), ...[...ledger.alerts()].map(({ key }) => key)])];
			telling.forget(known.filter((key) => !watched.has(key)));
			telling.decide(known.filter((key) => watched.has(key)));
		},
		take(key, sample) {
			const check = watched.get(key);
			if (!check) return undefined;
			const clean = redacted(sample, deps.redact());
			const { verdict, raised } = evaluate(clean, check.rules, alertOf(key).raised);
			deps.keep({ key, level: verdict.level, sample: clean });
			const notice = instances.observe(check.instance.name, clean.values, clock.now());
			if (notice?.note !== undefined) telling.note(check.instance, notice.note, notice.change);
			else if (notice) telling.decide([], notice.change);
			// What the prober could not see says nothing about the target: the alert stays as it is.
			if (!verdict.cause || layerOf(verdict.cause.code) !== "prober") judge(check, clean, verdict, raised);
			return verdict;
		},
		absorb(key, sample, verdict) {
			const check = watched.get(key);
			if (!check) return;
			deps.keep({ key, level: verdict.level, sample });
			judge(check, sample, verdict, {});
		},
		mutedBy: telling.mutedBy,
		outlook: telling.outlook,
		reconsider(keys = [...watched.keys()]) {
			telling.decide(keys.filter((key) => watched.has(key)));
			telling.forget(keys.filter((key) => !watched.has(key)));
		},
		settle: () => telling.settle(watched.keys()),
		silence(silence) {
			ledger.apply({ silences: [silence] });
			telling.decide([...watched.keys()], { silences: [silence] });
		},
		acknowledge(key, author, comment) {
			const alert = ledger.alert(key);
			if (!alert || !isOpen(alert.state)) return false;
			const ack = { incident: alert.state.incident, at: clock.now(), author, comment };
			const acked: Alert = { ...alert, ack };
			ledger.apply({ alerts: [acked] });
			telling.decide([key], { alerts: [acked] });
			return true;
		},
		clockSet(ms) {
			const { alert, told, waiting } = restate(ms, clock.now());
			const messages = [...ledger.unsent()].map(waiting);
			const entries = [...ledger.toldKeys()].flatMap((key) => ledger.told(key));
			ledger.clockSet(ms);
			telling.decide([], {
				alerts: [...ledger.alerts()].map(alert),
				told: entries.map(told),
				notifications: messages.map(({ notification }) => notification),
				attempts: messages.map(({ notification: { id }, delivery }) => ({ id, delivery })),
			});
			telling.decide([...watched.keys()]);
		},
		stop: telling.stop,
	};
}
