import type { Answer } from "../dss/client.ts";
import { evidence } from "../dss/evidence.ts";
import type { Instance } from "../dss/instance.ts";
import { layerOf } from "../model/cause.ts";
import type { Fault } from "../model/sample.ts";
import { type Around, type Look, look, openApi, textIn } from "./looks.ts";
import type { Role } from "./roles.ts";

/** What answers at an address. */
export type Node =
	/** A node of DSS, or of its family. Without a role: a DSS, but it did not say which. */
	| {
			readonly is: "node";
			readonly role: Role | undefined;
			readonly name?: string;
			readonly version?: string;
			readonly apiPrefix: Instance["apiPrefix"];
			/** What was wrong with its bootstrap endpoint, or its `/isAlive/`: it is there all the same. */
			readonly front?: Fault;
			/** How long its front door took to answer, s. */
			readonly latency?: number;
			/** Of a Fleet Manager, where it is not the usual one. */
			readonly tenant?: string;
	  }
	/** Something stands in front, and what is behind it could not be seen: nginx alone, or a login page. */
	| { readonly is: "hidden"; readonly fault: Fault }
	/** Something else answers. */
	| { readonly is: "stranger"; readonly fault: Fault }
	/** Nothing answers. */
	| { readonly is: "unreachable"; readonly fault: Fault };

const BOOT = "/dip/api/get-configuration";
const ALIVE = "/isAlive/";
const USUAL_TENANT = "main";

const PREFIXES: readonly Instance["apiPrefix"][] = ["/public/api", "/dip/publicapi"];

const BY_TYPE: Readonly<Record<string, Role>> = {
	DESIGN: "design",
	AUTOMATION: "automation",
	DEPLOYER: "deployer",
	API_DEPLOYER: "deployer",
	GOVERN: "govern",
	API: "api",
};

/** Asks a node what it is: its bootstrap endpoint, its API with the key, and what API nodes and Fleet Managers answer. */
export async function findNode(instance: Instance, around: Around): Promise<Node> {
	const boot = await look(instance, BOOT, around);
	// No answer at all: nothing else at this address would be answered either.
	if (boot.fault && !boot.reply) return { is: hasServer(boot.fault) ? "hidden" : "unreachable", fault: boot.fault };
	const info = await askInfo(instance, around);
	const version = versionIn(boot, info.answer);
	const latency = boot.reply?.timings.total;
	if (isBoot(boot.json) || info.answer?.ok || isRefused(info.answer)) {
		const name = textIn(okJson(info.answer), "nodeName") ?? textIn(boot.json, "nodeName");
		const type = textIn(okJson(info.answer), "nodeType") ?? textIn(boot.json, "nodeType");
		return {
			is: "node",
			role: BY_TYPE[type?.toUpperCase() ?? ""],
			...(name !== undefined && { name: evidence(name) }),
			...(version !== undefined && { version: evidence(version) }),
			apiPrefix: info.prefix,
			...(boot.fault && { front: boot.fault }),
			...(latency !== undefined && { latency }),
		};
	}
	return (await askOthers(instance, around)) ?? hidden(boot);
}

/** The instance tells of itself under the prefix that is configured, or under the other one. */
async function askInfo(
	instance: Instance,
	around: Around,
): Promise<{ answer?: Answer; readonly prefix: Instance["apiPrefix"] }> {
	const { apiPrefix: given } = instance;
	const as = instance.apiKey ? "self" : "admin";
	if (!instance.apiKey && !instance.adminKey) return { prefix: given };
	for (const prefix of [given, ...PREFIXES.filter((one) => one !== given)]) {
		const at = { ...instance, apiPrefix: prefix };
		const answer = await openApi(at, around, as).get("/instance-info");
		if (answer.ok || isRefused(answer)) return { answer, prefix };
		// Before DSS 10 there was none; who the key is, is as old as can be.
		const older = await openApi(at, around, as).get("/auth/info", { withSecrets: false });
		if (older.ok || isRefused(older)) return { answer: older, prefix };
	}
	return { prefix: given };
}

/** DSS's own refusal, which proves that DSS is there. */
function isRefused(answer: Answer | undefined): boolean {
	if (answer === undefined || answer.ok || answer.reply === undefined) return false;
	const layer = layerOf(answer.fault.code);
	return ["key", "right", "licence"].includes(layer) && answer.reply.dssVersion !== undefined;
}

const okJson = (answer: Answer | undefined): unknown => (answer?.ok ? answer.json : undefined);

/** What boots the web UI is large and undocumented; that it is an object of this kind is enough. */
function isBoot(json: unknown): boolean {
	return typeof json === "object" && json !== null && !Array.isArray(json);
}

function versionIn(boot: Look, answer: Answer | undefined): string | undefined {
	const told = answer?.reply?.dssVersion ?? textIn(okJson(answer), "dssVersion");
	return told ?? textIn((boot.json as { version?: unknown } | undefined)?.version, "product_version");
}

/** An API node, a Fleet Manager, or neither. */
async function askOthers(instance: Instance, around: Around): Promise<Node | undefined> {
	const others = { is: "node", apiPrefix: instance.apiPrefix } as const;
	const alive = await look(instance, ALIVE, around);
	const { reply } = alive;
	const latency = reply && { latency: reply.timings.total };
	if (reply && !isPage(reply.body)) {
		if (reply.status >= 200 && reply.status < 300) return { ...others, role: "api", ...latency };
		// It is there and says that it is not alive. A web server in front would say so with a page of its own.
		if (reply.status >= 500 && alive.fault) {
			return { ...others, role: "api", front: { ...alive.fault, code: "api_node_drained" }, ...latency };
		}
	}
	const key = instance.apiKey ?? instance.adminKey;
	const credential = key && `Basic ${Buffer.from(key.reveal()).toString("base64")}`;
	const { tenant = USUAL_TENANT } = around;
	const path = `/api/public/tenants/${encodeURIComponent(tenant)}/instances`;
	const fleet = await look(instance, path, around, credential);
	// Whoever refuses every address says nothing by refusing this one.
	const isRefusing = fleet.reply?.status === 401 && reply?.status !== 401 && !isPage(fleet.reply.body);
	const isFleet = Array.isArray(fleet.json) || isRefusing;
	if (!isFleet) return undefined;
	return {
		...others,
		role: "fleet-manager",
		...latency,
		...(tenant !== USUAL_TENANT && { tenant }),
		...(key && fleet.fault && { front: fleet.fault }),
	};
}

const isPage = (body: Buffer): boolean => /^\s*</.test(body.toString("utf8", 0, 64));

/** Whether the way there is good: a server took the request. */
function hasServer({ code }: Fault): boolean {
	return code === "backend_hanging" || layerOf(code) === "proxy";
}

function hidden({ fault }: Look): Node {
	const told: Fault = fault ?? { code: "reply_not_json", text: `${BOOT} answered, but not as DSS does` };
	return { is: hasServer(told) || told.code === "backend_down" ? "hidden" : "stranger", fault: told };
}
