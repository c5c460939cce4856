import { isAtLeast } from "../dss/version.ts";
import type { Contents } from "./contents.ts";
import type { Node } from "./node.ts";
import { type KeysFound, mayAdminister } from "./rights.ts";
import { MAIN_LOG, OFFERS, type Offer } from "./roles.ts";

/** A check for a node, with what it would need where it cannot work yet. */
export interface Proposal {
	readonly check: string;
	readonly why: string;
	/** What is missing for it, and who can give it; absent: it works as it stands. */
	readonly lacks?: string;
	readonly with?: Readonly<Record<string, unknown>>;
	/** Limits other than those of its file. */
	readonly limits?: Limits;
}

/** Limits of a check on a node that is slow by nature. The timeout leaves room for them, and the interval for the timeout. */
interface Limits {
	readonly every?: string;
	readonly timeout: string;
	readonly thresholds: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What is known of a node when its checks are chosen. */
export interface Known {
	readonly node: Node;
	readonly keys: KeysFound;
	readonly contents: Contents;
	readonly hasDataDir: boolean;
	/** A key was given, whether or not it could be tried. */
	readonly hasKey: boolean;
}

/** A limit is this many times what was measured once: the mean of a day is about that, its peaks are below. */
const ROOM = 4;
/** The shortest interval of a check with such limits, s. */
const OFTEN = 30;

/** Chooses the checks for a node from the table, marks those that its key or version cannot serve. Pure. */
export function propose(known: Known): readonly Proposal[] {
	const { node } = known;
	if (node.is === "unreachable" || node.is === "stranger") return [];
	// What is behind a page is most likely what the user said it is: a DSS.
	const role = node.is === "node" ? (node.role ?? "design") : "design";
	return OFFERS.filter(({ roles }) => roles.includes(role)).map((offer) => {
		const lacks = missing(offer, known);
		const limits = limitsFor(offer, known);
		const given = filled(offer, known);
		return {
			check: offer.check,
			why: offer.why,
			...(lacks !== undefined && { lacks }),
			...(given && { with: given }),
			...(limits && { limits }),
		};
	});
}

function missing(offer: Offer, known: Known): string | undefined {
	return (
		blocked(offer, known) ??
		hiddenFrom(offer, known) ??
		tooOld(offer, known.node) ??
		keyless(offer, known.keys) ??
		absent(offer, known)
	);
}

function blocked({ check }: Offer, { node }: Known): string | undefined {
	if (node.is !== "node" || !node.front || check !== "get-configuration") return undefined;
	return `a way past what stands in front of it: ${node.front.text}`;
}

/** Keys that were given could not be tried on what stands in front. */
function hiddenFrom({ key }: Offer, { node, hasKey }: Known): string | undefined {
	if (node.is !== "hidden" || key === undefined || !hasKey) return undefined;
	return `an answer of the node itself, which tells what its key may do: ${node.fault.text}`;
}

function tooOld({ since }: Offer, node: Node): string | undefined {
	if (since === undefined || node.is !== "node" || node.version === undefined) return undefined;
	return isAtLeast(node.version, since) ? undefined : `DSS ${since}: this one is ${node.version}`;
}

function keyless({ key }: Offer, keys: KeysFound): string | undefined {
	if (key === undefined) return undefined;
	const { own, admin } = keys;
	if (key === "any") {
		if (own.is === "missing") return "a key: set api_key of the instance";
		return own.is === "refused" ? `another key: ${own.fault.text}` : undefined;
	}
	if (mayAdminister(keys)) return undefined;
	if (admin.is === "missing") return "a key with admin rights: set admin_key of the instance";
	if (admin.is === "refused") return `a key with admin rights that is accepted: ${admin.fault.text}`;
	if (admin.isAdmin === undefined) return undefined;
	return `admin rights, which the key of ${admin.whose} lacks: set admin_key of the instance`;
}

function absent({ wants, with: given }: Offer, { contents, hasDataDir }: Known): string | undefined {
	if (wants === undefined) return undefined;
	switch (wants) {
		case "canary": {
			const project = String(given?.["project"]);
			if (contents.projects?.includes(project)) return undefined;
			return `the project ${project} with its dataset, and a key with READ_CONF, RUN_JOBS and MONITOR_JOBS on it: the check's file says how`;
		}
		case "scenarios":
			return (contents.scenarios?.length ?? 0) > 0
				? undefined
				: "scenarios that are switched on and that the key may see";
		case "webapps":
			return (contents.webapps?.length ?? 0) > 0 ? undefined : "webapps in projects that the key may see";
		case "deployments": {
			const count = (contents.deployments?.projects.length ?? 0) + (contents.deployments?.services.length ?? 0);
			return count > 0 ? undefined : "deployments on an infrastructure that the key may read";
		}
		case "service":
			return "the names of a service and its endpoint, and a question that it can answer";
		case "host":
			return hasDataDir ? undefined : "to run on the host of DSS, with data_dir of the instance";
		case "folder":
			return "the folder that your backups are written to";
	}
}

/** What stands under `with:`: what was seen, else what the table says. */
function filled({ wants, with: given, check }: Offer, { node, contents }: Known): Proposal["with"] {
	const tenant = node.is === "node" && check === "fleet-manager" ? node.tenant : undefined;
	if (tenant !== undefined) return { tenant };
	const log = node.is === "node" && node.role !== undefined && check === "host-log" ? MAIN_LOG[node.role] : undefined;
	if (log !== undefined) return { file: log };
	if (wants !== "webapps" && wants !== "scenarios") return given;
	const projects = [...new Set(contents[wants]?.map(({ project }) => project))];
	if (projects.length === 0) return given;
	return wants === "webapps" ? { projects } : { project: projects };
}

/** Other limits, where the node is slower by nature than the check's file allows for. */
function limitsFor({ check, slow }: Offer, { node, contents }: Known): Limits | undefined {
	if (slow === undefined || node.is !== "node") return undefined;
	const seen = check === "public-api" ? contents.listLatency : node.latency;
	if (seen === undefined || seen * ROOM <= slow) return undefined;
	const warning = Math.ceil(seen * ROOM);
	const critical = Math.ceil(warning * 1.5);
	const timeout = critical + Math.max(2, Math.ceil(critical / 10));
	return {
		...(timeout >= OFTEN && { every: `${Math.ceil((timeout + OFTEN) / 60)}m` }),
		timeout: `${timeout}s`,
		thresholds: {
			latency: { warning: `${warning}s`, critical: `${critical}s`, recover: `${Math.ceil(warning * 0.75)}s` },
		},
	};
}
