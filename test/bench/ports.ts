import { once } from "node:events";
import { createServer } from "node:net";

/** Below the range from which the system gives ports to outgoing connections, of which a benchmark opens thousands. */
const FIRST = 21_000;
const LAST = 31_000;

let next = FIRST + (process.pid % 5_000);

/** A free port on loopback, not handed out before. */
export async function takePort(): Promise<number> {
	for (;;) {
		const port = next++;
		if (next > LAST) next = FIRST;
		const server = createServer();
		const isFree = await new Promise<boolean>((done) => {
			server.once("error", () => done(false));
			server.listen(port, "127.0.0.1", () => done(true));
		});
		if (!isFree) continue;
		server.close();
		await once(server, "close");
		return port;
	}
}
