/** What a node can be. `jupyterhub` and such are found by nobody here: they are instances of your own. */
const ROLES = ["design", "automation", "deployer", "govern", "api", "fleet-manager"] as const;
export type Role = (typeof ROLES)[number];

/** The role in words for people. */
export const ROLE_WORDS: Readonly<Record<Role, string>> = {
	design: "a design node",
	automation: "an automation node",
	deployer: "a deployer node",
	govern: "a Govern node",
	api: "an API node",
	"fleet-manager": "a Fleet Manager",
};

/** What must be there before a check can say anything. */
type Want = "canary" | "scenarios" | "webapps" | "deployments" | "host" | "service" | "folder";

/** One check file, the nodes it is for, and what it takes. */
export interface Offer {
	/** Name of the check, and of its file in checks/. */
	readonly check: string;
	readonly roles: readonly Role[];
	/** Why one would want it, as the comment above it. */
	readonly why: string;
	/** Whose key it needs; absent: none. */
	readonly key?: "any" | "admin";
	/** The DSS version that serves it first. */
	readonly since?: string;
	readonly wants?: Want;
	/** What stands under `with:`, where nothing better is known of the node. */
	readonly with?: Readonly<Record<string, unknown>>;
	/** The file's own limit for a warning about latency, s: raised in a proposal for a node that is slower by nature. */
	readonly slow?: number;
}

const BACKEND: readonly Role[] = ["design", "automation", "deployer", "govern"];
const FLOW: readonly Role[] = ["design", "automation", "deployer"];
const WORK: readonly Role[] = ["design", "automation"];
const DEPLOYER: readonly Role[] = ["deployer"];
/** Nodes that have a data directory with a supervisord of their own. */
const HOST: readonly Role[] = [...BACKEND, "api"];

/** The main log of a node, where it is not that of a backend. */
export const MAIN_LOG: Partial<Record<Role, string>> = { govern: "run/governserver.log", api: "run/apimain.log" };

/**
 * Which checks apply to which node: the table behind `discover` and `init`. Their order is that of a proposal, from what
 * everybody wants to what some want.
 */
export const OFFERS: readonly Offer[] = [
	{
		check: "get-configuration",
		roles: BACKEND,
		why: "the front door and the backend answer; needs no key",
		slow: 2,
	},
	{ check: "public-api", roles: FLOW, why: "the key is good and the API answers", key: "any", slow: 5 },
	{ check: "govern", roles: ["govern"], why: "the key is good and the API answers", key: "any", since: "10", slow: 3 },
	{ check: "api-node", roles: ["api"], why: "the node takes queries; needs no key", slow: 1 },
	{
		check: "api-node-query",
		roles: ["api"],
		why: "a real question is answered: once for each endpoint that matters, under a name of its own (as:)",
		wants: "service",
		with: { service: "churn", endpoint: "score", body: { features: { age: 40, plan: "b" } } },
	},
	{
		check: "fleet-manager",
		roles: ["fleet-manager"],
		why: "the Fleet Manager answers, and so does every instance that it has provisioned",
		key: "any",
	},
	{
		check: "instance-info",
		roles: FLOW,
		why: "the node is the one that was meant, and was not restarted unnoticed",
		key: "any",
		since: "10",
	},
	{
		check: "canary-job",
		roles: WORK,
		why: "a small job runs from beginning to end: the only proof that users can work",
		key: "any",
		wants: "canary",
		with: { project: "DKU_MONITORING", output: "canary_out" },
	},
	{
		check: "licence",
		roles: BACKEND,
		why: "the licence, weeks before it ends, and its seats",
		key: "admin",
		since: "5.1",
	},
	{
		check: "work",
		roles: WORK,
		why: "jobs, scenarios and background tasks under way, and what hangs among them",
		key: "admin",
		since: "5",
	},
	{
		check: "scenarios",
		roles: WORK,
		why: "scenarios that are switched on succeed, in time, and not for hours",
		key: "any",
		since: "5",
		wants: "scenarios",
	},
	{ check: "api-key", roles: FLOW, why: "the key itself: its end, and rights that it lost", key: "any", since: "5" },
	{
		check: "webapps",
		roles: WORK,
		why: "the backends of webapps run and do not crash",
		key: "any",
		since: "6",
		wants: "webapps",
	},
	{ check: "connections", roles: WORK, why: "connections that DSS can test work", key: "admin", since: "14.2" },
	{ check: "kernels", roles: WORK, why: "Jupyter kernels that nobody uses any more", key: "admin", since: "4" },
	{ check: "people", roles: BACKEND, why: "users: enabled, connected, active", key: "admin", since: "5" },
	{
		check: "usage",
		roles: FLOW,
		why: "how many projects, datasets and scenarios, and how fast they grow",
		key: "admin",
		since: "9",
	},
	{
		check: "sanity-check",
		roles: FLOW,
		why: "DSS looks at itself once a night",
		key: "admin",
		since: "12",
	},
	{
		check: "footprint",
		roles: FLOW,
		why: "what fills the data directory, and how fast",
		key: "admin",
		since: "14.2",
	},
	{ check: "dss-metrics", roles: FLOW, why: "memory of the backend and running jobs", key: "any", since: "13.3" },
	{
		check: "deployments",
		roles: DEPLOYER,
		why: "every deployed project and API service by name: in error, unhealthy, out of sync, failed scenarios",
		key: "any",
		since: "4.3",
		wants: "deployments",
	},
	{
		check: "unified-monitoring",
		roles: DEPLOYER,
		why: "nothing that is deployed is in error, by the Deployer's own judgement",
		key: "any",
		since: "14.0",
	},
	{ check: "host-processes", roles: HOST, why: "the programs of DSS run, and none was left over", wants: "host" },
	{ check: "host-status", roles: HOST, why: "the supervisor of DSS keeps its programs up", wants: "host" },
	{ check: "host-log", roles: HOST, why: "what the log of the backend complains of", wants: "host" },
	{ check: "host-disk", roles: HOST, why: "the disk of the data directory, days before it is full", wants: "host" },
	{ check: "host-machine", roles: HOST, why: "memory, load and open files of the machine", wants: "host" },
	{
		check: "backup",
		roles: BACKEND,
		why: "the newest backup is fresh and whole",
		wants: "folder",
		with: { folder: "/backup/dss", match: "*.tar.gz" },
	},
];

/** Check files that no node asks for by itself, each with the reason. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
	"canary-scenario": "proves more than canary-job and leaves more behind: instead of it, where you want that",
	"inference-workers": "watches inference workers beside DSS: an instance of its own",
	"internal-metrics": "the same numbers as dss-metrics, for nodes without the Prometheus endpoint",
	jupyterhub: "watches a JupyterHub: an instance of its own",
	"jupyterhub-health": "watches a JupyterHub: an instance of its own",
	"scenario-last-run": "watches one scenario of your choice, where scenarios watches those of projects",
	"jupyterhub-users": "watches a JupyterHub: an instance of its own",
};
