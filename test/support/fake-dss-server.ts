import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Instance } from "../../src/dss/instance.ts";
import type { FakeDss } from "./fake-dss.ts";
import { makeInstance } from "./instance.ts";

/** A fake DSS on a free port of loopback. */
export interface FakeDssServer extends AsyncDisposable {
	readonly instance: Instance;
}

export async function serveFakeDss(fake: FakeDss): Promise<FakeDssServer> {
	const server = createServer((request, response) => {
		let body = "";
		request.setEncoding("utf8").on("data", (chunk: string) => {
			body += chunk;
		});
		request.on("end", () => {
			const answer = fake.handle(request.method ?? "", request.url ?? "", body, request.headers.authorization);
			if (answer === "hang") return;
			if (answer === "cut") {
				request.socket.destroy();
				return;
			}
			const headers = { "content-type": answer.type, "DSS-Version": "14.3.1", "DSS-API-Version": "14.3.1" };
			response.writeHead(answer.status, headers).end(answer.body);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	return {
		instance: makeInstance(`http://127.0.0.1:${port}`),
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
