import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the node plays. */
export type Act =
	| "well"
	| "bad gateway"
	| "refused"
	| "hanging"
	| "key revoked"
	| "jobs never start"
	| "jobs never end";

/** A DSS node as one can write it in an hour from the public documentation, without a line in common with the simulator. */
export interface ForeignDss {
	readonly url: string;
	play(act: Act): Promise<void>;
	/** Ids of all jobs that were ever started. */
	readonly jobs: readonly string[];
	close(): Promise<void>;
}

interface Job {
	readonly id: string;
	readonly at: number;
	readonly act: Act;
	abortedAt?: number;
}

const QUEUE_MS = 60;
const RUN_MS = 150;

export async function foreignDss(key: string): Promise<ForeignDss> {
	const jobs: Job[] = [];
	let act: Act = "well";
	const server = createServer((request, response) => {
		let body = "";
		request.on("data", (chunk) => {
			body += chunk;
		});
		request.on("end", () => answer(request, response, body));
	});
	const listen = (port: number) =>
		new Promise<void>((resolve, reject) => {
			server.once("error", reject);
			server.listen(port, "127.0.0.1", () => {
				server.off("error", reject);
				resolve();
			});
		});
	const shut = () =>
		new Promise<void>((resolve) => {
			server.closeAllConnections();
			server.close(() => resolve());
		});
	await listen(0);
	const { port } = server.address() as AddressInfo;

	function answer(request: IncomingMessage, response: ServerResponse, body: string): unknown {
		if (act === "hanging") return undefined;
		if (act === "bad gateway") {
			response.writeHead(502, { "Content-Type": "text/html", Server: "nginx" });
			const page = "<html><head><title>502 Bad Gateway</title></head><body><hr><center>nginx</center></body></html>";
			return response.end(page);
		}
		const path = new URL(request.url ?? "/", "http://dss").pathname;
		const json = (status: number, value: unknown) => {
			response.writeHead(status, { "Content-Type": "application/json;charset=utf-8", "DSS-Version": "13.5.7" });
			response.end(JSON.stringify(value));
		};
		const refuse = (status: number, type: string, message: string) =>
			json(status, { errorType: `com.dataiku.${type}`, message, detailedMessage: message });
		if (path === "/dip/api/get-configuration") return json(200, { dssVersion: "13.5.7", nodeType: "DESIGN" });
		if (!path.startsWith("/public/api/")) return json(404, {});
		const given = /^Basic (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
		if (act === "key revoked" || Buffer.from(given, "base64").toString() !== `${key}:`) {
			return refuse(401, "dip.exceptions.UnauthorizedException", "Unknown API Key");
		}
		const place = path.slice("/public/api".length);
		if (place === "/projects/") return json(200, [{ projectKey: "CANARY", name: "Canary", tags: [] }]);
		if (place === "/projects/CANARY/jobs/" && request.method === "POST") {
			const { outputs } = JSON.parse(body) as { outputs: { id: string }[] };
			const job: Job = { id: `Build_${outputs[0]?.id}_${Date.now()}.${jobs.length}`, at: Date.now(), act };
			jobs.push(job);
			return json(200, { projectKey: "CANARY", id: job.id });
		}
		if (place === "/projects/CANARY/jobs/") return json(200, jobs.slice(-50).reverse().map(listed));
		const [, id, call] = /^\/projects\/CANARY\/jobs\/([^/]+)\/(abort|log)?$/.exec(place) ?? [];
		const job = jobs.find((one) => one.id === decodeURIComponent(id ?? ""));
		if (!job) return refuse(404, "dip.server.controllers.NotFoundException", "job does not exist");
		if (call === "abort") {
			job.abortedAt ??= Date.now();
			return response.writeHead(204).end();
		}
		return json(200, {
			baseStatus: { ...listed(job), jobStartTime: startOf(job), jobEndTime: endOf(job) },
			globalState: {},
		});
	}

	function startOf(job: Job): number {
		return job.act !== "jobs never start" && Date.now() >= job.at + QUEUE_MS ? job.at + QUEUE_MS : 0;
	}

	function endOf(job: Job): number {
		if (job.abortedAt !== undefined) return job.abortedAt;
		const end = job.at + QUEUE_MS + RUN_MS;
		return job.act === "well" && Date.now() >= end ? end : 0;
	}

	function listed(job: Job) {
		const isOver = endOf(job) > 0;
		const state =
			job.abortedAt !== undefined ? "ABORTED" : isOver ? "DONE" : startOf(job) > 0 ? "RUNNING" : "NOT_STARTED";
		const def = {
			id: job.id,
			initiationTimestamp: job.at,
			triggeredFrom: "API",
			outputs: [{ targetDataset: "canary_out", targetDatasetProjectKey: "CANARY", type: "DATASET" }],
		};
		return { def, state, startTime: startOf(job), endTime: endOf(job), stableState: isOver };
	}

	return {
		url: `http://127.0.0.1:${port}`,
		get jobs() {
			return jobs.map(({ id }) => id);
		},
		async play(next) {
			if (next === "refused") await shut();
			else if (act === "refused") await listen(port);
			act = next;
			server.closeAllConnections();
		},
		async close() {
			if (act !== "refused") await shut();
		},
	};
}
