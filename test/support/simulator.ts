import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { createSimulator, type Simulator, type SimulatorOptions } from "../../src/simulator/simulator.ts";
import { type VirtualClock, virtualClock } from "./clock.ts";

export const PLAIN_KEY = "plain-key-0001";
export const ADMIN_KEY = "admin-key-0002";

interface RawReply {
	readonly status: number;
	readonly headers: IncomingHttpHeaders;
	readonly text: string;
	/** The body as JSON; throws where it is none. */
	// biome-ignore lint/suspicious/noExplicitAny: a test looks where it likes in a reply.
	readonly json: any;
	/** Number of the connection, to see whether it was kept. */
	readonly localPort: number;
}

interface CallOptions {
	readonly method?: string;
	/** Sent as the official client does: JSON text without a Content-Type. */
	readonly body?: unknown;
	readonly headers?: Readonly<Record<string, string>>;
	/** Basic credential with this key as user name; null sends none. */
	readonly key?: string | null;
}

export interface SimulatedNode extends AsyncDisposable {
	readonly simulator: Simulator;
	readonly clock: VirtualClock;
	readonly url: string;
	readonly controlUrl: string;
	/** One request; a path that does not begin with a prefix or is not absolute is taken under /dip/publicapi. */
	call(path: string, options?: CallOptions): Promise<RawReply>;
	/** Control API, on the port that no fault closes. */
	control(method: string, path: string, body?: unknown): Promise<RawReply>;
	/** Starts a job on the canary project's dataset; answers its id. */
	build(dataset: string): Promise<string>;
	jobState(id: string): Promise<string>;
}

export const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

/** A simulator on a free port of loopback, in virtual time. */
export async function simulatedNode(options: Partial<SimulatorOptions> = {}): Promise<SimulatedNode> {
	const clock = virtualClock();
	const simulator = createSimulator({ apiKey: PLAIN_KEY, adminKey: ADMIN_KEY, clock, ...options });
	const { url, controlUrl } = await simulator.listen("127.0.0.1", 0);
	const agent = new Agent({ keepAlive: true, maxSockets: 4 });

	const call = (path: string, { method = "GET", body, headers = {}, key = PLAIN_KEY }: CallOptions = {}) =>
		send(new URL(url), agent, {
			method,
			path: /^\/(dip|public|_simulator|\/)|^\/$/.test(path) ? path : `/dip/publicapi${path}`,
			headers: { ...(key === null ? {} : { Authorization: basic(`${key}:`) }), ...headers },
			body,
		});
	return {
		simulator,
		clock,
		url,
		controlUrl,
		call,
		control: (method, path, body) =>
			send(new URL(controlUrl), agent, { method, path: `/_simulator${path}`, headers: {}, body }),
		async build(dataset) {
			const reply = await call("/projects/DKU_MONITORING/jobs/", { method: "POST", body: order(dataset) });
			if (reply.status !== 200) throw new Error(`Job refused: ${reply.text}`);
			return reply.json.id;
		},
		async jobState(id) {
			return (await call(`/projects/DKU_MONITORING/jobs/${id}/`)).json.baseStatus.state;
		},
		async [Symbol.asyncDispose]() {
			agent.destroy();
			await simulator.close();
		},
	};
}

export const order = (id: string): object => ({
	type: "NON_RECURSIVE_FORCED_BUILD",
	refreshHiveMetastore: false,
	autoUpdateSchemaBeforeEachRecipeRun: false,
	outputs: [{ type: "DATASET", id, projectKey: "DKU_MONITORING", partition: "NP" }],
});

interface Sent {
	readonly method: string;
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: unknown;
}

function send(to: URL, agent: Agent, { method, path, headers, body }: Sent): Promise<RawReply> {
	const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
	const length = text === undefined ? {} : { "Content-Length": String(Buffer.byteLength(text)) };
	const { promise, resolve, reject } = Promise.withResolvers<RawReply>();
	const outgoing = request(
		{ host: to.hostname, port: to.port, agent, method, path, headers: { ...headers, ...length } },
		(incoming) => {
			const chunks: Buffer[] = [];
			const localPort = incoming.socket.localPort ?? 0;
			incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
			incoming.once("error", reject);
			incoming.once("end", () => {
				const answer = Buffer.concat(chunks).toString("utf8");
				resolve({
					status: incoming.statusCode ?? 0,
					headers: incoming.headers,
					text: answer,
					get json() {
						return JSON.parse(answer);
					},
					localPort,
				});
			});
		},
	);
	outgoing.once("error", reject);
	outgoing.end(text);
	return promise;
}

/** Waits, by turns of the loop, until something outside of virtual time has happened. */
export async function until(isTrue: () => boolean): Promise<void> {
	for (let turn = 0; turn < 20_000 && !isTrue(); turn++) await new Promise((resolve) => setImmediate(resolve));
	if (!isTrue()) throw new Error("It did not happen");
}
