import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { inflateSync } from "node:zlib";
import { onTestFinished } from "vitest";

/** A value as it came. */
interface Taken {
	readonly host: string;
	readonly key: string;
	readonly value: string;
	readonly clock: number;
	readonly ns: number;
}

/** A stand-in for a Zabbix server that takes values from trappers: it knows some items and says how many values failed. */
export interface Trapper {
	readonly port: number;
	/** What was taken, in order. */
	readonly taken: readonly Taken[];
	/** How many values each request had. */
	readonly requests: readonly number[];
	/** Flags of the newest request. */
	flags(): number;
	/** Which items it knows; all, until this is called. */
	know(isKnown: (value: Taken) => boolean): void;
	/** What it does with a request from now on. */
	behave(how: "answer" | "byte by byte" | "hang" | "close" | { readonly says: Buffer }): void;
	stop(): Promise<void>;
	restart(): Promise<void>;
}

export async function startTrapper(): Promise<Trapper> {
	const taken: Taken[] = [];
	const requests: number[] = [];
	const sockets = new Set<Socket>();
	let isKnown: (value: Taken) => boolean = () => true;
	let how: Parameters<Trapper["behave"]>[0] = "answer";
	let flags = 0;

	const answer = async (socket: Socket, body: string): Promise<void> => {
		if (how === "hang") return;
		if (how === "close") return void socket.end();
		if (typeof how === "object") return void socket.end(how.says);
		const { data } = JSON.parse(body) as { data: Taken[] };
		const known = data.filter(isKnown);
		taken.push(...known);
		requests.push(data.length);
		const info = `processed: ${known.length}; failed: ${data.length - known.length}; total: ${data.length}; seconds spent: 0.000055`;
		const text = Buffer.from(JSON.stringify({ response: "success", info }));
		const head = Buffer.from([0x5a, 0x42, 0x58, 0x44, 1, text.length, 0, 0, 0, 0, 0, 0, 0]);
		const packet = Buffer.concat([head, text]);
		if (how === "answer") return void socket.end(packet);
		for (const byte of packet) {
			socket.write(Buffer.from([byte]));
			await new Promise((next) => setImmediate(next));
		}
		socket.end();
	};

	const server = createServer({ allowHalfOpen: true }, (socket) => {
		sockets.add(socket);
		socket.on("close", () => sockets.delete(socket)).on("error", () => {});
		let bytes = Buffer.alloc(0);
		socket.on("data", (part) => {
			bytes = Buffer.concat([bytes, part]);
			if (bytes.length < 13) return;
			flags = bytes[4] ?? 0;
			const length = bytes.readUInt32LE(5);
			if (bytes.length < 13 + length) return;
			const body = bytes.subarray(13, 13 + length);
			void answer(socket, (flags & 2 ? inflateSync(body) : body).toString());
		});
	});
	const stop = async (): Promise<void> => {
		if (!server.listening) return;
		server.close();
		for (const socket of sockets) socket.destroy();
		await once(server, "close");
	};
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	onTestFinished(stop);
	return {
		port,
		taken,
		requests,
		flags: () => flags,
		know(next) {
			isKnown = next;
		},
		behave(next) {
			how = next;
		},
		stop,
		async restart() {
			server.listen(port, "127.0.0.1");
			await once(server, "listening");
		},
	};
}
