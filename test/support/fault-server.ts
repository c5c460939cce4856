import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { KeyPair } from "./certificates.ts";

/** What a server does with one connection once a whole request head has come; the request is handed in as text. */
export type Behaviour = (socket: Socket, request: string) => void;

export interface FaultServer extends AsyncDisposable {
	/** `http://127.0.0.1:PORT` or https, without a slash at the end. */
	readonly url: string;
	readonly port: number;
	/** Heads of the requests that came, in order. */
	readonly requests: readonly string[];
	/** How many connections were accepted. */
	readonly connections: () => number;
	close(): Promise<void>;
}

/**
 * A server on loopback that misbehaves on purpose.
 *
 * @param behave what happens after a request head; `onConnect` happens at once, before any request
 */
export async function faultServer(
	behave: Behaviour,
	options: { readonly tls?: KeyPair; readonly onConnect?: (socket: Socket) => void } = {},
): Promise<FaultServer> {
	const open = new Set<Socket>();
	const requests: string[] = [];
	let accepted = 0;
	const serve = (socket: Socket) => {
		let head = "";
		socket.on("error", () => {});
		options.onConnect?.(socket);
		socket.on("data", (chunk) => {
			head += chunk.toString("latin1");
			const end = head.indexOf("\r\n\r\n");
			if (end < 0) return;
			const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
			if (head.length < end + 4 + length) return;
			const request = head;
			head = "";
			requests.push(request);
			behave(socket, request);
		});
	};
	const server: Server = options.tls ? createTlsServer(options.tls, serve) : createTcpServer(serve);
	server.on("tlsClientError", () => {});
	server.on("connection", (socket) => {
		accepted += 1;
		open.add(socket);
		socket.on("error", () => {});
		socket.on("close", () => open.delete(socket));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as { port: number };
	const close = async () => {
		for (const socket of open) socket.destroy();
		await new Promise<void>((resolve) => server.close(() => resolve()));
	};
	return {
		url: `${options.tls ? "https" : "http"}://127.0.0.1:${port}`,
		port,
		requests,
		connections: () => accepted,
		close,
		[Symbol.asyncDispose]: close,
	};
}

/** An ordinary answer, with Content-Length; the connection stays open. */
export function answer(
	status: string,
	body: string | Buffer,
	headers: Readonly<Record<string, string>> = { "content-type": "application/json;charset=utf-8" },
): Behaviour {
	const bytes = Buffer.from(body);
	const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
	const head = `HTTP/1.1 ${status}\r\n${lines.join("")}content-length: ${bytes.length}\r\n\r\n`;
	return (socket) => void socket.write(Buffer.concat([Buffer.from(head), bytes]));
}

/** A page as nginx or a proxy sends it. */
export function page(status: string, title: string, headers: Readonly<Record<string, string>> = {}): Behaviour {
	const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body><center><h1>${title}</h1></center></body></html>`;
	return answer(status, body, { "content-type": "text/html", ...headers });
}

/** DSS's error object. */
export function dssError(status: string, errorType: string, message: string, more: object = {}): Behaviour {
	const body = { errorType, message, detailedMessage: message, stackTraceStr: "at com.example", ...more };
	return answer(status, JSON.stringify(body), { "content-type": "application/json", "dss-version": "14.3.1" });
}

/** Writes exactly this and leaves the connection open. */
export const raw = (text: string): Behaviour => {
	return (socket) => void socket.write(text);
};

/** Writes exactly this and closes. */
export const rawThenClose = (text: string): Behaviour => {
	return (socket) => void socket.end(text);
};

/** Accepts the request and never answers. */
export const hang: Behaviour = () => {};

/** Cuts the connection with a TCP reset. */
export const reset: Behaviour = (socket) => void socket.resetAndDestroy();

/** A port on loopback on which nothing listens. */
export async function closedPort(): Promise<number> {
	const server = await faultServer(hang);
	await server.close();
	return server.port;
}
