import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";

/** A place that receives messages and shows them. */
export interface Sink {
	readonly port: number;
	close(): Promise<void>;
}

/** A mailbox on loopback: takes every mail and hands over subject and text. */
export async function openMailbox(
	received: (mail: { subject: string; to: string; text: string }) => void,
): Promise<Sink> {
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ["AUTH", "STARTTLS"],
		onData(stream, _session, done) {
			const parts: Buffer[] = [];
			stream.on("data", (part: Buffer) => parts.push(part));
			stream.on("end", () => {
				PostalMime.parse(Buffer.concat(parts)).then(({ subject = "", to = [], text = "" }) => {
					received({ subject, to: to.map(({ address }) => address).join(", "), text });
					done();
				}, done);
			});
		},
	});
	const { promise, resolve, reject } = Promise.withResolvers<void>();
	server.on("error", reject);
	server.listen(0, "127.0.0.1", resolve);
	await promise;
	return {
		port: (server.server.address() as AddressInfo).port,
		close: () => new Promise((ended) => server.close(ended)),
	};
}

/** A pager on loopback: takes every webhook and hands over its body. */
export async function openPager(received: (body: { type: string; data: { title: string } }) => void): Promise<Sink> {
	const server = createServer(async (request, response) => {
		const parts: Buffer[] = [];
		for await (const part of request) parts.push(part as Buffer);
		received(JSON.parse(Buffer.concat(parts).toString("utf8")));
		response.writeHead(204).end();
	});
	const { promise, resolve } = Promise.withResolvers<void>();
	server.listen(0, "127.0.0.1", resolve);
	await promise;
	return {
		port: (server.address() as AddressInfo).port,
		async close() {
			server.closeAllConnections();
			await new Promise((ended) => server.close(ended));
		},
	};
}
