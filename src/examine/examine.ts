import type { Config } from "../config/alerts.ts";
import type { Check } from "../config/checks.ts";
import type { Instance } from "../dss/instance.ts";
import type { ChannelDeps } from "../notify/channel-options.ts";
import type { ChannelOptions } from "../notify/notify.ts";
import { parseSmtpAddress } from "../notify/smtp-address.ts";
import { kinds } from "../probe/probe.ts";
import { mailExamination } from "./channel-mail.ts";
import { sendExamination } from "./channel-send.ts";
import { stateExamination } from "./channel-state.ts";
import { secretsExamination } from "./config-secrets.ts";
import { validExamination } from "./config-valid.ts";
import type { Examination, Section } from "./examination.ts";
import { nagiosExamination } from "./front-nagios.ts";
import { systemdExamination } from "./front-systemd.ts";
import { zabbixExamination } from "./front-zabbix.ts";
import { adminKeyExamination, rightsExamination } from "./instance-admin.ts";
import { bootExamination } from "./instance-boot.ts";
import { canaryExamination } from "./instance-canary.ts";
import { checksExamination, hasNoBackend } from "./instance-checks.ts";
import { clientOf, keyExamination } from "./instance-key.ts";
import { scenarioExamination } from "./instance-scenario.ts";
import { cacheExamination } from "./machine-cache.ts";
import { clockExamination } from "./machine-clock.ts";
import { cpuExamination } from "./machine-cpu.ts";
import { filesExamination } from "./machine-files.ts";
import { memoryExamination } from "./machine-memory.ts";
import { nodeExamination } from "./machine-node.ts";
import { zonesExamination } from "./machine-zones.ts";
import type { Patient } from "./patient.ts";
import { daemonExamination } from "./store-daemon.ts";
import { storeFilesExamination } from "./store-files.ts";
import { integrityExamination } from "./store-integrity.ts";
import { socketExamination } from "./store-socket.ts";
import { spaceExamination } from "./store-space.ts";
import { watchingExamination } from "./store-watching.ts";
import { inClear, peerOf, receiverFault, tlsExamination, wayExaminations } from "./way.ts";

/** What the API answers to administrators alone. */
const ADMIN_PATH = /^\/(?:admin\/|internal-metrics|directories-footprint\/)/;

/** What of all that can be examined is wanted. */
export interface Wanted {
	/** Nothing leaves this machine. */
	readonly isOffline: boolean;
	/** Of the instances only this one. */
	readonly instance?: string;
	/** Send a message over each channel. */
	readonly sends: boolean;
}

/**
 * Everything that is examined, in the order in which people read it. The list is open: an examination is one file, and one
 * line here.
 */
export function sectionsFor(patient: Patient, wanted: Wanted, deps: ChannelDeps): readonly Section[] {
	const { config, machine, clock } = patient;
	return [
		{
			name: "this machine",
			examinations: [
				nodeExamination(machine),
				clockExamination(patient),
				zonesExamination(machine, clock.now()),
				filesExamination(patient),
				memoryExamination(patient),
				cpuExamination(machine),
				cacheExamination(machine),
			],
		},
		{ name: "configuration", examinations: [validExamination(patient), secretsExamination(patient)] },
		...(config ? [{ name: "store", examinations: storeExaminations(config, patient) }] : []),
		...[...(config?.instances.values() ?? [])]
			.filter(({ name }) => !wanted.isOffline && (wanted.instance === undefined || name === wanted.instance))
			.map((instance) => ({
				name: `instance ${instance.name}`,
				examinations: instanceExaminations(instance, config?.checks ?? [], patient),
			})),
		...[...(config?.channels ?? [])].map(([name, options]) => ({
			name: `channel ${name} (${options.type})`,
			examinations: [
				...(config ? [stateExamination(name, config.store.path, patient)] : []),
				...(wanted.isOffline ? [] : receiverExaminations(name, options, patient, wanted, deps)),
			],
		})),
		{ name: "front ends", examinations: [systemdExamination(), zabbixExamination(), nagiosExamination()] },
	];
}

/** What can be seen of one node before there is a configuration: the way to it, its backend, and its keys as far as it has any. */
export function nodeSection(instance: Instance, { clock }: Pick<Patient, "clock">): Section {
	const around = { clock, dates: [] };
	return { name: `instance ${instance.name}`, examinations: instanceExaminations(instance, [], around) };
}

function storeExaminations({ store, checks, answers }: Config, patient: Patient): readonly Examination[] {
	if (store.path === ":memory:") return [];
	return [
		daemonExamination(patient),
		socketExamination(answers, patient),
		storeFilesExamination(store.path, patient.machine),
		spaceExamination(store, checks),
		watchingExamination(store.path, checks, patient.clock.now()),
		integrityExamination(store.path),
	];
}

function instanceExaminations(
	instance: Instance,
	checks: readonly Check[],
	{ clock, dates }: Pick<Patient, "clock" | "dates">,
): readonly Examination[] {
	const own = checks.filter((check) => check.instance.name === instance.name);
	const peer = peerOf(instance.url, instance.tls);
	const open = clientOf(instance, clock);
	const canaries = new Map(
		own.flatMap(({ probe }) => {
			if (probe.kind === "dss-job")
				return [[`${probe.project} ${probe.output}`, canaryExamination(probe, open)] as const];
			if (probe.kind !== "dss-scenario-run") return [];
			return [[`scenario ${probe.project} ${probe.scenario}`, scenarioExamination(probe, open)] as const];
		}),
	);
	const needing = own.filter((check) => needsAdmin(check, instance)).map(({ name }) => name);
	return [
		...wayExaminations(peer, clock),
		peer.isSecure ? tlsExamination(peer, clock) : inClear("not encrypted: the address begins with http://"),
		...(hasNoBackend(own) ? [] : backendExaminations()),
		...checksExamination(own, clock),
	];

	/** What only a node of DSS with a backend can answer. */
	function backendExaminations(): readonly Examination[] {
		return [
			bootExamination(instance, clock, dates),
			...(instance.adminKey ? [adminKeyExamination(clientOf(instance, clock, "admin"))] : []),
			keyExamination(instance, open),
			...(instance.apiKey ? [rightsExamination(open, needing), ...canaries.values()] : []),
		];
	}
}

/** Whether a check asks with `api_key` what only administrators may know. */
function needsAdmin({ probe }: Check, { adminKey }: Instance): boolean {
	if (probe.kind === "dss-api") return ADMIN_PATH.test(probe.path);
	return kinds[probe.kind].needsAdmin === true && !adminKey;
}

/** Whoever takes the messages of a channel: how far it can be reached without telling it anything. */
function receiverExaminations(
	name: string,
	options: ChannelOptions,
	{ clock }: Patient,
	{ sends }: Wanted,
	deps: ChannelDeps,
): readonly Examination[] {
	const sending = sends ? [sendExamination(name, options, { ...deps, clock })] : [];
	if (options.type === "email") {
		const { host, port } = parseSmtpAddress(options.smtp.reveal());
		return [
			...wayExaminations({ host, port, tls: trustOf(options.tls) }, clock, receiverFault),
			mailExamination(options, deps),
			...sending,
		];
	}
	const peer = peerOf(options.url.reveal(), "tls" in options ? trustOf(options.tls) : { verify: true });
	const tls = peer.isSecure
		? tlsExamination(peer, clock, receiverFault)
		: inClear("not encrypted: its address begins with http://");
	return [...wayExaminations(peer, clock, receiverFault), tls, ...sending];
}

function trustOf({ ca, verify }: { ca?: string | undefined; verify: boolean }): Instance["tls"] {
	return { verify, ...(ca !== undefined && { ca }) };
}
