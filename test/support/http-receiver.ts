import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface ReceivedRequest {
	readonly method: string;
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
}

export type HttpAnswer = (response: ServerResponse, request: ReceivedRequest) => void;

/** A web server on loopback that keeps what it gets and answers as a test says. */
export interface HttpReceiver {
	readonly port: number;
	readonly requests: ReceivedRequest[];
	answer: HttpAnswer;
	close(): Promise<void>;
}

/** An answer with a status, a body and headers. */
export const answering =
	(status: number, body = "", headers: Record<string, string> = {}): HttpAnswer =>
	(response) => {
		response.writeHead(status, headers).end(body);
	};

export async function httpReceiver(answer: HttpAnswer, port = 0): Promise<HttpReceiver> {
	const receiver: { answer: HttpAnswer; requests: ReceivedRequest[] } = { answer, requests: [] };
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on("data", (chunk: Buffer) => chunks.push(chunk));
		request.on("end", () => {
			const { method = "", url = "", headers } = request;
			const received = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
			receiver.requests.push(received);
			receiver.answer(response, received);
		});
	});
	await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
	return Object.assign(receiver, {
		port: (server.address() as AddressInfo).port,
		close: () =>
			new Promise<void>((resolve) => {
				server.closeAllConnections();
				server.close(() => resolve());
			}),
	});
}

/** A port on loopback where nothing listens. */
export async function closedPort(): Promise<number> {
	const receiver = await httpReceiver(answering(200));
	await receiver.close();
	return receiver.port;
}
