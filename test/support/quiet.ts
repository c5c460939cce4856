import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Requests that undici sends (probes and webhooks), from their making to the end of the answer. */
const asked = new Set<object>();
/** Requests that servers of this process have taken and not answered to the end. */
const taken = new Set<object>();
/** Open connections that were made from here, undici's own excepted once they stand: SMTP, for one. */
const sockets = new Set<Socket>();
/** Grows with everything that happens on a wire. */
let events = 0;
let isWatching = false;

function watch(): void {
	if (isWatching) return;
	isWatching = true;
	const on = (name: string, act: (message: never) => void) =>
		subscribe(name, (message) => {
			events++;
			act(message as never);
		});
	on("undici:request:create", ({ request }: { request: object }) => asked.add(request));
	on("undici:request:trailers", ({ request }: { request: object }) => asked.delete(request));
	on("undici:request:error", ({ request }: { request: object }) => asked.delete(request));
	on("undici:client:connected", ({ socket }: { socket: Socket }) => sockets.delete(socket));
	on("net.client.socket", ({ socket }: { socket: Socket }) => {
		sockets.add(socket);
		socket.once("close", () => {
			events++;
			sockets.delete(socket);
		});
	});
	on("http.server.request.start", (message: { request: IncomingMessage; response: ServerResponse }) => {
		taken.add(message.request);
		message.response.once("finish", () => {
			events++;
			taken.delete(message.request);
		});
		message.response.once("close", () => {
			events++;
			taken.delete(message.request);
		});
	});
}

/** Turns of the loop without any event, after which what a server has not answered counts as withheld. */
const STILL_TURNS = 12;
/** So many are enough where nothing has begun at all. */
const IDLE_TURNS = 2;

/**
 * Waits, in real time, until nothing moves on any wire of this process: every request was answered, or is withheld by
 * the server that took it, and no mail is on its way. So that virtual time can stand still while real servers work.
 */
export async function quiet(): Promise<void> {
	watch();
	let still = 0;
	const first = events;
	let before = events;
	while (still < (events === first ? IDLE_TURNS : STILL_TURNS) || asked.size > taken.size || sockets.size > 0) {
		await new Promise((resolve) => setImmediate(resolve));
		still = events === before ? still + 1 : 0;
		before = events;
	}
}

/** What the loop holds while a file is read or a command runs. */
const AT_WORK: ReadonlySet<string> = new Set(["FSReqPromise", "FSReqCallback", "CloseReq", "ProcessWrap"]);

/** The same, and no file is being read and no command running: for stories with checks that look at a host. */
export async function quietWithFiles(): Promise<void> {
	for (;;) {
		await quiet();
		if (!process.getActiveResourcesInfo().some((one) => AT_WORK.has(one))) return;
		// Not by turns of the loop: those would keep a core busy while the disk works.
		await new Promise((resolve) => setTimeout(resolve, 1));
	}
}
