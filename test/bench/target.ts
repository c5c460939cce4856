import { once } from "node:events";
import { createServer } from "node:http";
import { takePort } from "./ports.ts";

/** A trivial server in this process, whose cost is nobody's: it answers every request with a small JSON object. */
export interface Target {
	readonly url: string;
	/** Requests answered so far. */
	count(): number;
	/** What it answers from now on. */
	answer(status: number): void;
	close(): Promise<void>;
}

/** @param onAnswer told of every answer, after it was handed to the system */
export async function openTarget(onAnswer?: (path: string, status: number) => void): Promise<Target> {
	let count = 0;
	let status = 200;
	const server = createServer((request, response) => {
		count++;
		const now = status;
		response.writeHead(now, { "content-type": "application/json" });
		response.end('{"dssVersion":"14.0.0","nodeType":"DESIGN"}');
		onAnswer?.(request.url ?? "", now);
	});
	const port = await takePort();
	server.listen(port, "127.0.0.1");
	await once(server, "listening");
	return {
		url: `http://127.0.0.1:${port}`,
		count: () => count,
		answer(next) {
			status = next;
		},
		async close() {
			server.close();
			server.closeAllConnections();
			await once(server, "close");
		},
	};
}
