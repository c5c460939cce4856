import * as z from "zod";
import type { Sample } from "../model/sample.ts";
import { apiNode, apiNodeOptions } from "./api-node.ts";
import { apiNodeQuery, apiNodeQueryOptions } from "./api-node-query.ts";
import { backup, backupOptions } from "./backup.ts";
import { measureInTime } from "./deadline.ts";
import { dssApi, dssApiOptions } from "./dss-api.ts";
import { dssConnections, dssConnectionsOptions } from "./dss-connections.ts";
import { dssDeployments, dssDeploymentsOptions } from "./dss-deployments.ts";
import { dssFootprint, dssFootprintOptions } from "./dss-footprint.ts";
import { dssInstance, dssInstanceOptions } from "./dss-instance.ts";
import { dssJob, dssJobOptions } from "./dss-job.ts";
import { dssKernels, dssKernelsOptions } from "./dss-kernels.ts";
import { dssKey, dssKeyOptions } from "./dss-key.ts";
import { dssLicence, dssLicenceOptions } from "./dss-licence.ts";
import { dssPeople, dssPeopleOptions } from "./dss-people.ts";
import { dssSanity, dssSanityOptions } from "./dss-sanity.ts";
import { dssScenarioRun, dssScenarioRunOptions } from "./dss-scenario-run.ts";
import { dssScenarios, dssScenariosOptions } from "./dss-scenarios.ts";
import { dssStatus, dssStatusOptions } from "./dss-status.ts";
import { dssUsage, dssUsageOptions } from "./dss-usage.ts";
import { dssWebapps, dssWebappsOptions } from "./dss-webapps.ts";
import { dssWork, dssWorkOptions } from "./dss-work.ts";
import { feed } from "./feed.ts";
import { feedExpected, feedOptions, feedValues, hasRate } from "./feed-options.ts";
import { fleetManager, fleetManagerOptions } from "./fleet-manager.ts";
import { hostDisk, hostDiskOptions } from "./host-disk.ts";
import { hostLog, hostLogOptions } from "./host-log.ts";
import { hostMachine, hostMachineOptions } from "./host-machine.ts";
import { hostProcesses, hostProcessesOptions } from "./host-processes.ts";
import { http, httpOptions } from "./http.ts";
import type { Expected, Finding, Kind, ProbeContext } from "./kind.ts";

/** The part of a check that says how to measure: `probe`. */
export const probeOptions = z.discriminatedUnion("kind", [
	httpOptions,
	dssApiOptions,
	dssJobOptions,
	dssInstanceOptions,
	dssKernelsOptions,
	dssPeopleOptions,
	dssUsageOptions,
	dssWorkOptions,
	dssKeyOptions,
	dssConnectionsOptions,
	dssWebappsOptions,
	dssLicenceOptions,
	dssSanityOptions,
	dssFootprintOptions,
	dssScenarioRunOptions,
	dssScenariosOptions,
	dssDeploymentsOptions,
	apiNodeOptions,
	apiNodeQueryOptions,
	fleetManagerOptions,
	hostProcessesOptions,
	hostDiskOptions,
	hostLogOptions,
	hostMachineOptions,
	dssStatusOptions,
	backupOptions,
	feedOptions,
]);

export type ProbeOptions = z.output<typeof probeOptions>;

/** Every kind by its name: what it can measure, and how. */
export const kinds: { readonly [Name in ProbeOptions["kind"]]: Kind<Extract<ProbeOptions, { kind: Name }>> } = {
	http,
	"dss-api": dssApi,
	"dss-job": dssJob,
	"dss-instance": dssInstance,
	"dss-kernels": dssKernels,
	"dss-people": dssPeople,
	"dss-usage": dssUsage,
	"dss-work": dssWork,
	"dss-key": dssKey,
	"dss-connections": dssConnections,
	"dss-webapps": dssWebapps,
	"dss-licence": dssLicence,
	"dss-sanity": dssSanity,
	"dss-footprint": dssFootprint,
	"dss-scenario-run": dssScenarioRun,
	"dss-scenarios": dssScenarios,
	"dss-deployments": dssDeployments,
	"api-node": apiNode,
	"api-node-query": apiNodeQuery,
	"fleet-manager": fleetManager,
	"host-processes": hostProcesses,
	"host-disk": hostDisk,
	"host-log": hostLog,
	"host-machine": hostMachine,
	"dss-status": dssStatus,
	backup,
	feed,
};

/** What a check with these options can measure: what its kind can, and what its options name. */
export interface Measurable extends Pick<Kind<never>, "values" | "facts" | "expect"> {
	/** Expectations that hold besides those of the check. */
	readonly always: readonly Expected[];
}

export function measurable(options: ProbeOptions): Measurable {
	if (options.kind !== "feed") return { ...kinds[options.kind], always: [] };
	return { ...feed, values: feedValues(options), always: feedExpected(options) };
}

/** Whether what a look finds depends on the looks before it, see Kind. */
export function keepsNotes(options: ProbeOptions): boolean {
	return options.kind === "feed" ? hasRate(options) : kinds[options.kind].keepsNotes === true;
}

/** Whether a look has DSS do something, see Kind. */
export function startsWork({ kind }: ProbeOptions): boolean {
	return kinds[kind].startsWork === true;
}

/** Measures once. Always answers, shortly after `context.timeoutMs` at the latest, and never throws: see measureInTime. */
export function probe(options: ProbeOptions, context: ProbeContext): Promise<Sample> {
	return measureInTime(`probe kind ${options.kind}`, (bounded) => measure(options, bounded), context);
}

function measure(options: ProbeOptions, context: ProbeContext): Promise<Finding> {
	switch (options.kind) {
		case "http":
			return http.measure(options, context);
		case "dss-api":
			return dssApi.measure(options, context);
		case "dss-job":
			return dssJob.measure(options, context);
		case "dss-instance":
			return dssInstance.measure(options, context);
		case "dss-kernels":
			return dssKernels.measure(options, context);
		case "dss-people":
			return dssPeople.measure(options, context);
		case "dss-usage":
			return dssUsage.measure(options, context);
		case "dss-work":
			return dssWork.measure(options, context);
		case "dss-key":
			return dssKey.measure(options, context);
		case "dss-connections":
			return dssConnections.measure(options, context);
		case "dss-webapps":
			return dssWebapps.measure(options, context);
		case "dss-licence":
			return dssLicence.measure(options, context);
		case "dss-sanity":
			return dssSanity.measure(options, context);
		case "dss-footprint":
			return dssFootprint.measure(options, context);
		case "dss-scenario-run":
			return dssScenarioRun.measure(options, context);
		case "dss-scenarios":
			return dssScenarios.measure(options, context);
		case "dss-deployments":
			return dssDeployments.measure(options, context);
		case "api-node":
			return apiNode.measure(options, context);
		case "api-node-query":
			return apiNodeQuery.measure(options, context);
		case "fleet-manager":
			return fleetManager.measure(options, context);
		case "host-processes":
			return hostProcesses.measure(options, context);
		case "host-disk":
			return hostDisk.measure(options, context);
		case "host-machine":
			return hostMachine.measure(options, context);
		case "host-log":
			return hostLog.measure(options, context);
		case "dss-status":
			return dssStatus.measure(options, context);
		case "backup":
			return backup.measure(options, context);
		case "feed":
			return feed.measure(options, context);
	}
}
