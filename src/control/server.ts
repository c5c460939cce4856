import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { dirname } from "node:path";
import type { Log } from "../log.ts";
import type { Answer } from "../model/desk.ts";
import { groupId } from "./group.ts";
import type { Respond } from "./routes.ts";
import { admitGroup, placeSocket, unfitPath } from "./socket.ts";

/** Larger than any question that makes sense, bytes. */
const MOST_BYTES = 16_384;
/** Zabbix and Nagios may ask hundreds of times a second: enough for a moment in which the daemon does something else. */
const MOST_CONNECTIONS = 256;
/** Who has not asked by then is let go, ms. */
const PATIENCE_MS = 5_000;

const STATUS = { invalid: 400, missing: 404, conflict: 409, pointless: 409 } as const;

/** The daemon's ear: answers what people ask it on this machine. */
export interface Control {
	/** Begins to listen. Where that is impossible the daemon goes on without, and says so in its log. */
	listen(): Promise<void>;
	/** Ends all connections and takes the socket away. */
	close(): void;
}

/**
 * @param deps.path of the socket
 * @param deps.routes what can be asked, by path
 * @param deps.group that may ask, too: its name or number
 * @param deps.loss what does not work where it cannot listen, for the log
 */
export function createControl(deps: {
	readonly path: string;
	readonly routes: ReadonlyMap<string, Respond>;
	readonly group?: string | number | undefined;
	readonly loss: string;
	readonly log: Log;
}): Control {
	const { path, routes, group, loss, log } = deps;
	const server = createServer(
		{ requestTimeout: PATIENCE_MS, headersTimeout: PATIENCE_MS, connectionsCheckingInterval: PATIENCE_MS },
		(request, response) => {
			answer(request, routes).then(
				([status, body]) => reply(response, status, body),
				(error: unknown) => {
					log.error({ error: String(error), asked: request.url }, "a question over the control socket failed");
					reply(response, 500, { ok: false, text: "dss-probe could not do that; see its log" });
				},
			);
		},
	);
	server.maxConnections = MOST_CONNECTIONS;
	server.on("error", (error) => log.error({ path, error: error.message }, "the control socket failed"));
	let remove: (() => void) | undefined;

	const bind = (at: string): Promise<void> =>
		new Promise((resolve, reject) => {
			server.once("error", reject);
			server.listen(at, () => {
				server.off("error", reject);
				resolve();
			});
		});

	/** A group that cannot be let in is no reason to shut out the owner. */
	const admit = (at: string): void => {
		if (group === undefined) return;
		const error = letIn(group, at);
		if (error !== undefined) log.warn({ path, group, error }, "only the daemon's own user may ask it");
	};

	return {
		async listen() {
			const warn = (error: string) => log.warn({ path, error }, loss);
			try {
				const unfit = unfitPath(path);
				if (unfit !== undefined) return warn(unfit);
				remove = await placeSocket(path, bind, admit);
			} catch (error) {
				warn(inWords(error, path));
				server.close();
			}
		},
		close() {
			remove?.();
			server.close();
			server.closeAllConnections();
		},
	};
}

function inWords(error: unknown, path: string): string {
	if (!(error instanceof Error)) return String(error);
	return "code" in error && error.code === "ENOENT" ? `there is no folder ${dirname(path)}` : error.message;
}

/** Why a group cannot be let in, if it cannot. */
function letIn(group: string | number, socket: string): string | undefined {
	const gid = groupId(group);
	if (gid === undefined) return "there is no such group in /etc/group; one from elsewhere goes by its number";
	try {
		admitGroup(socket, gid);
		return undefined;
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		return code === "EPERM" ? `dss-probe's user is not in the group: usermod -a -G ${group} USER` : message;
	}
}

async function answer(
	request: IncomingMessage,
	routes: ReadonlyMap<string, Respond>,
): Promise<readonly [status: number, body: object]> {
	const respond = routes.get(request.url ?? "");
	if (request.method !== "POST" || !respond) {
		return [404, { ok: false, text: "this dss-probe does not know that question: is it of the same version?" }];
	}
	const text = await bodyOf(request);
	if (text === undefined) return [413, { ok: false, text: `a question has at most ${MOST_BYTES} bytes` }];
	let body: unknown;
	try {
		body = JSON.parse(text);
	} catch {
		return [400, { ok: false, text: "not understood: no JSON" }];
	}
	const given: Answer<unknown> = respond(body);
	return [given.ok ? 200 : STATUS[given.code], given];
}

/** The whole body as text; undefined where it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
	const parts: Buffer[] = [];
	let bytes = 0;
	for await (const part of request) {
		bytes += (part as Buffer).length;
		if (bytes > MOST_BYTES) return undefined;
		parts.push(part as Buffer);
	}
	return Buffer.concat(parts).toString();
}

/** One question for each connection: the client reads until its end. */
function reply(response: ServerResponse, status: number, body: object): void {
	const bytes = Buffer.from(JSON.stringify(body));
	response.writeHead(status, {
		"content-type": "application/json",
		"content-length": bytes.length,
		connection: "close",
	});
	response.end(bytes);
}
