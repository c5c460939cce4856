import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Clock } from "../clock.ts";

/** As long as nginx keeps a quiet connection. */
const KEEP_ALIVE_MS = 65_000;
const RETRY_MS = 250;

export interface DoorOptions {
	readonly clock: Clock;
	readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
	/** Requests whose connection survives a `shut`, as they are the ones that ask for it. */
	readonly isSpared: (request: IncomingMessage) => boolean;
}

/** A listening socket that can be shut and opened again on the same port, as when nginx goes down and comes back. */
export class Door {
	readonly #options: DoorOptions;
	readonly #sockets = new Set<Socket>();
	readonly #spared = new Set<Socket>();
	#place: { readonly host: string; readonly port: number } | undefined;
	#server: Server | undefined;
	#state: "new" | "open" | "shut" | "closed" = "new";

	constructor(options: DoorOptions) {
		this.#options = options;
	}

	/** Listens. Resolves to the port; rejects as `net.Server.listen` does, for one with EADDRINUSE. */
	async open(host: string, port: number): Promise<number> {
		this.#server = await this.#listen(host, port);
		const actual = (this.#server.address() as AddressInfo).port;
		this.#place = { host, port: actual };
		this.#state = "open";
		return actual;
	}

	/** Connections are refused from now on, and those that exist are cut. */
	shut(): void {
		if (this.#state !== "open") return;
		this.#state = "shut";
		this.#stop(this.#spared);
	}

	/** Listens again where it did before; waits for the port where somebody else took it meanwhile. */
	async reopen(): Promise<void> {
		while (this.#place && this.#state === "shut") {
			try {
				const server = await this.#listen(this.#place.host, this.#place.port);
				if (this.#isClosed()) {
					server.close();
					return;
				}
				this.#server = server;
				this.#state = "open";
			} catch (cause) {
				if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
				await this.#options.clock.sleep(RETRY_MS);
			}
		}
	}

	/** For good. */
	close(): void {
		this.#state = "closed";
		this.#stop(new Set());
	}

	#isClosed(): boolean {
		return this.#state === "closed";
	}

	#listen(host: string, port: number): Promise<Server> {
		const { promise, resolve, reject } = Promise.withResolvers<Server>();
		const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) =>
			this.#serve(request, response),
		);
		server.on("connection", (socket) => {
			this.#sockets.add(socket);
			socket.once("close", () => this.#sockets.delete(socket));
		});
		server.once("error", reject);
		server.listen(port, host, () => resolve(server));
		return promise;
	}

	#serve(request: IncomingMessage, response: ServerResponse): void {
		if (this.#options.isSpared(request)) {
			const { socket } = request;
			this.#spared.add(socket);
			response.setHeader("Connection", "close");
			response.once("close", () => this.#spared.delete(socket));
		}
		this.#options.answer(request, response);
	}

	#stop(spared: ReadonlySet<Socket>): void {
		this.#server?.close();
		this.#server = undefined;
		for (const socket of this.#sockets) if (!spared.has(socket)) socket.destroy();
	}
}
