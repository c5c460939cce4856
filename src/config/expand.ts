import type { Instance } from "../dss/instance.ts";
import type { Kinds } from "../probe/kinds.ts";
import type { Check } from "./checks.ts";
import type { Use } from "./origin.ts";
import { type Plan, planCheck } from "./plan.ts";
import type { PlacedUse } from "./uses.ts";

/** A check on an instance before its parents are known. */
export interface Draft {
	readonly key: string;
	readonly name: string;
	readonly instance: Instance;
	readonly plan: Plan;
	readonly use: Use;
}

/** What runs where: the drafts, and the keys of all that should run, those with mistakes included. */
export interface Expanded {
	readonly drafts: ReadonlyMap<string, Draft>;
	readonly keys: ReadonlySet<string>;
}

/** Sets each used check on its instances. Everything that does not differ between instances is shared. */
export function expand(uses: readonly PlacedUse[], kinds: Kinds): Expanded {
	const drafts = new Map<string, Draft>();
	const keys = new Set<string>();
	for (const placed of uses) {
		const { use, name, instances } = placed;
		const plan = planUse(placed, kinds);
		const twice: string[] = [];
		const keyless: string[] = [];
		const homeless: string[] = [];
		for (const instance of instances) {
			const key = `${instance.name}/${name}`;
			if (keys.has(key)) twice.push(instance.name);
			keys.add(key);
			if (!plan || !use) continue;
			const { local } = kinds.of(plan.probe);
			if (!local && plan.probe.kind.startsWith("dss-") && !instance.apiKey && !instance.adminKey)
				keyless.push(instance.name);
			if (local === "data_dir" && instance.dataDir === undefined) homeless.push(instance.name);
			drafts.set(key, { key, name, instance, plan, use });
		}
		if (use && twice.length > 0) {
			const message = `check "${name}" runs twice on ${namesOf(twice)}`;
			use.document.error(use.path, message, { hint: "give one of them another name with as:" });
		}
		if (use && plan && keyless.length > 0) {
			const message = `check "${name}" needs an API key, and ${namesOf(keyless)} has none`;
			use.document.error(use.path, message, { hint: "give the instance an api_key, or choose others with on:" });
		}
		if (use && plan && homeless.length > 0) {
			const message = `check "${name}" looks at the host of DSS, and ${namesOf(homeless)} has no data directory`;
			const hint = "give the instance data_dir where DSS runs on this machine, or choose others with on:";
			use.document.error(use.path, message, { hint });
		}
	}
	return { drafts, keys };
}

function planUse({ file, use }: PlacedUse, kinds: Kinds): Plan | undefined {
	return file.options && use ? planCheck({ ...file, options: file.options }, kinds, use) : undefined;
}

/** The finished check. */
export function toCheck({ key, name, instance, plan }: Draft, parents: readonly string[]): Check {
	const { options, probe, rules, when, policy } = plan;
	return {
		key,
		instance,
		name,
		summary: options.summary,
		probe,
		timing: when.timing,
		timeoutMs: when.timeoutMs,
		...(options.exclusive !== undefined && { exclusive: `${instance.name}/${options.exclusive}` }),
		rules,
		policy,
		get retryEveryMs() {
			return when.retryEveryMs;
		},
		parents,
		...(plan.asAdmin && { asAdmin: true as const }),
		labels: options.labels,
		...(options.advice !== undefined && { advice: options.advice }),
		...(options.runbook !== undefined && { runbook: options.runbook }),
	};
}

/** `instance "a"`, or `instance "a" and 3 others`. */
export function namesOf(names: readonly string[]): string {
	const more = names.length - 1;
	return `instance "${names[0]}"${more > 0 ? ` and ${more} other${more > 1 ? "s" : ""}` : ""}`;
}
