import * as z from "zod";
import type { Sample } from "../model/sample.ts";
import { apiNode, apiNodeOptions } from "./api-node.ts";
import { apiNodeQuery, apiNodeQueryOptions } from "./api-node-query.ts";
import { dssJob, dssJobOptions } from "./canary/dss-job.ts";
import { dssScenarioRun, dssScenarioRunOptions } from "./canary/dss-scenario-run.ts";
import { dssApi, dssApiOptions } from "./dss-api.ts";
import { dssConnections, dssConnectionsOptions } from "./dss-connections.ts";
import { dssDeployments, dssDeploymentsOptions } from "./dss-deployments.ts";
import { dssFootprint, dssFootprintOptions } from "./dss-footprint.ts";
import { dssInstance, dssInstanceOptions } from "./dss-instance.ts";
import { dssKernels, dssKernelsOptions } from "./dss-kernels.ts";
import { dssKey, dssKeyOptions } from "./dss-key.ts";
import { dssLicence, dssLicenceOptions } from "./dss-licence.ts";
import { dssPeople, dssPeopleOptions } from "./dss-people.ts";
import { dssSanity, dssSanityOptions } from "./dss-sanity.ts";
import { dssScenarios, dssScenariosOptions } from "./dss-scenarios.ts";
import { dssUsage, dssUsageOptions } from "./dss-usage.ts";
import { dssWebapps, dssWebappsOptions } from "./dss-webapps.ts";
import { dssWork, dssWorkOptions } from "./dss-work.ts";
import { feed } from "./feed/feed.ts";
import { feedOptions } from "./feed/feed-options.ts";
import { fleetManager, fleetManagerOptions } from "./fleet-manager.ts";
import { backup, backupOptions } from "./host/backup.ts";
import { dssStatus, dssStatusOptions } from "./host/dss-status.ts";
import { hostDisk, hostDiskOptions } from "./host/host-disk.ts";
import { hostLog, hostLogOptions } from "./host/host-log.ts";
import { hostMachine, hostMachineOptions } from "./host/host-machine.ts";
import { hostProcesses, hostProcessesOptions } from "./host/host-processes.ts";
import { http, httpOptions } from "./http.ts";
import type { ProbeContext } from "./kind.ts";
import { type AnyKind, type EveryKind, type KindName, type Kinds, type ProbeOptions, probeAs } from "./kinds.ts";

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

/** Every kind by its name: what it can measure, and how. */
export const kinds: { readonly [Name in KindName]: EveryKind[Name]["kind"] } = {
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

/** All kinds, for whoever reads a whole configuration. */
export const everyKind: Kinds = { options: probeOptions, of: ({ kind }) => kinds[kind] as AnyKind };

/** Measures once. Always answers, shortly after `context.timeoutMs` at the latest, and never throws: see measureInTime. */
export function probe(options: ProbeOptions, context: ProbeContext): Promise<Sample> {
	return probeAs(everyKind.of(options), options, context);
}
