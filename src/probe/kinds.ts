import * as z from "zod";
import type { Sample } from "../model/sample.ts";
import { measureInTime } from "./deadline.ts";
import type { Expected, Kind, ProbeContext } from "./kind.ts";

/**
 * How each kind is loaded by itself. One look of a new process loads the kinds that its checks have: building the options of
 * all takes longer than the look.
 */
const loaders = {
	async http() {
		const { http, httpOptions } = await import("./http.ts");
		return { kind: http, options: httpOptions };
	},
	async "dss-api"() {
		const { dssApi, dssApiOptions } = await import("./dss-api.ts");
		return { kind: dssApi, options: dssApiOptions };
	},
	async "dss-job"() {
		const { dssJob, dssJobOptions } = await import("./canary/dss-job.ts");
		return { kind: dssJob, options: dssJobOptions };
	},
	async "dss-instance"() {
		const { dssInstance, dssInstanceOptions } = await import("./dss-instance.ts");
		return { kind: dssInstance, options: dssInstanceOptions };
	},
	async "dss-kernels"() {
		const { dssKernels, dssKernelsOptions } = await import("./dss-kernels.ts");
		return { kind: dssKernels, options: dssKernelsOptions };
	},
	async "dss-people"() {
		const { dssPeople, dssPeopleOptions } = await import("./dss-people.ts");
		return { kind: dssPeople, options: dssPeopleOptions };
	},
	async "dss-usage"() {
		const { dssUsage, dssUsageOptions } = await import("./dss-usage.ts");
		return { kind: dssUsage, options: dssUsageOptions };
	},
	async "dss-work"() {
		const { dssWork, dssWorkOptions } = await import("./dss-work.ts");
		return { kind: dssWork, options: dssWorkOptions };
	},
	async "dss-key"() {
		const { dssKey, dssKeyOptions } = await import("./dss-key.ts");
		return { kind: dssKey, options: dssKeyOptions };
	},
	async "dss-connections"() {
		const { dssConnections, dssConnectionsOptions } = await import("./dss-connections.ts");
		return { kind: dssConnections, options: dssConnectionsOptions };
	},
	async "dss-webapps"() {
		const { dssWebapps, dssWebappsOptions } = await import("./dss-webapps.ts");
		return { kind: dssWebapps, options: dssWebappsOptions };
	},
	async "dss-licence"() {
		const { dssLicence, dssLicenceOptions } = await import("./dss-licence.ts");
		return { kind: dssLicence, options: dssLicenceOptions };
	},
	async "dss-sanity"() {
		const { dssSanity, dssSanityOptions } = await import("./dss-sanity.ts");
		return { kind: dssSanity, options: dssSanityOptions };
	},
	async "dss-footprint"() {
		const { dssFootprint, dssFootprintOptions } = await import("./dss-footprint.ts");
		return { kind: dssFootprint, options: dssFootprintOptions };
	},
	async "dss-scenarios"() {
		const { dssScenarios, dssScenariosOptions } = await import("./dss-scenarios.ts");
		return { kind: dssScenarios, options: dssScenariosOptions };
	},
	async "dss-scenario-run"() {
		const { dssScenarioRun, dssScenarioRunOptions } = await import("./canary/dss-scenario-run.ts");
		return { kind: dssScenarioRun, options: dssScenarioRunOptions };
	},
	async "dss-deployments"() {
		const { dssDeployments, dssDeploymentsOptions } = await import("./dss-deployments.ts");
		return { kind: dssDeployments, options: dssDeploymentsOptions };
	},
	async "api-node"() {
		const { apiNode, apiNodeOptions } = await import("./api-node.ts");
		return { kind: apiNode, options: apiNodeOptions };
	},
	async "api-node-query"() {
		const { apiNodeQuery, apiNodeQueryOptions } = await import("./api-node-query.ts");
		return { kind: apiNodeQuery, options: apiNodeQueryOptions };
	},
	async "fleet-manager"() {
		const { fleetManager, fleetManagerOptions } = await import("./fleet-manager.ts");
		return { kind: fleetManager, options: fleetManagerOptions };
	},
	async "host-processes"() {
		const { hostProcesses, hostProcessesOptions } = await import("./host/host-processes.ts");
		return { kind: hostProcesses, options: hostProcessesOptions };
	},
	async "host-disk"() {
		const { hostDisk, hostDiskOptions } = await import("./host/host-disk.ts");
		return { kind: hostDisk, options: hostDiskOptions };
	},
	async "host-log"() {
		const { hostLog, hostLogOptions } = await import("./host/host-log.ts");
		return { kind: hostLog, options: hostLogOptions };
	},
	async "host-machine"() {
		const { hostMachine, hostMachineOptions } = await import("./host/host-machine.ts");
		return { kind: hostMachine, options: hostMachineOptions };
	},
	async "dss-status"() {
		const { dssStatus, dssStatusOptions } = await import("./host/dss-status.ts");
		return { kind: dssStatus, options: dssStatusOptions };
	},
	async backup() {
		const { backup, backupOptions } = await import("./host/backup.ts");
		return { kind: backup, options: backupOptions };
	},
	async feed() {
		const [{ feed }, { feedOptions }] = await Promise.all([import("./feed/feed.ts"), import("./feed/feed-options.ts")]);
		return { kind: feed, options: feedOptions };
	},
};

type Loaders = typeof loaders;
export type KindName = keyof Loaders;
type Loaded<Name extends KindName> = Awaited<ReturnType<Loaders[Name]>>;
/** The part of a check that says how to measure. */
export type ProbeOptions = { [Name in KindName]: z.output<Loaded<Name>["options"]> }[KindName];
/** All kinds by their names: for each one the options it takes and how it measures. */
export type EveryKind = { readonly [Name in KindName]: Loaded<Name> };
/** A kind of which it is not known which one it is; it is given the options of its own kind only. */
export type AnyKind = Kind<ProbeOptions>;

/** Kinds of probes that are loaded: all of them, or those that somebody needs. */
export interface Kinds {
	readonly options: z.ZodType<ProbeOptions>;
	of(options: ProbeOptions): AnyKind;
}

/**
 * Loads kinds by their names, and nothing else.
 *
 * @returns undefined where a name is none
 */
export async function loadKinds(names: readonly string[]): Promise<Kinds | undefined> {
	const known = names.filter((name): name is KindName => Object.hasOwn(loaders, name));
	if (known.length < names.length) return undefined;
	const found = await Promise.all(known.map(async (name) => [name, await loaders[name]()] as const));
	const kinds = new Map(found.map(([name, { kind }]) => [name, kind as AnyKind]));
	const [first, ...others] = found.map(([, { options }]): z.ZodType<ProbeOptions> => options);
	return {
		options: first && others.length === 0 ? first : z.union(first ? [first, ...others] : []),
		of({ kind }) {
			const one = kinds.get(kind);
			if (!one) throw new Error(`the probe kind ${kind} is not loaded`);
			return one;
		},
	};
}

/** What a check with these options can measure: what its kind can, and what its options name. */
export interface Measurable extends Pick<AnyKind, "values" | "facts" | "expect"> {
	/** Expectations that hold besides those of the check. */
	readonly always: readonly Expected[];
}

export function measurable(kind: AnyKind, options: ProbeOptions): Measurable {
	return { ...kind, always: [], ...kind.named?.(options) };
}

/** Whether what a look finds depends on the looks before it, see Kind. */
export function keepsNotes({ keepsNotes: keeps }: AnyKind, options: ProbeOptions): boolean {
	return typeof keeps === "function" ? keeps(options) : keeps === true;
}

/** Measures once. Always answers, shortly after `context.timeoutMs` at the latest, and never throws: see measureInTime. */
export function probeAs(kind: AnyKind, options: ProbeOptions, context: ProbeContext): Promise<Sample> {
	return measureInTime(`probe kind ${options.kind}`, (bounded) => kind.measure(options, bounded), context);
}
