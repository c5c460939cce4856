import { connect } from "node:net";
import type { Clock } from "../clock.ts";
import { distrust } from "./socket.ts";

/** What came of a question to the daemon. */
export type Asked =
	| { readonly result: "answered"; readonly status: number; readonly body: unknown }
	/** No daemon listens. */
	| { readonly result: "nobody" }
	/** What listens must not be asked, or gave no sensible answer. */
	| {
			readonly result: "failed";
			readonly why: string;
			/** It took the question, and did not answer in time. */
			readonly isHanging?: true;
	  };

/** An answer is no longer than this, bytes. */
const MOST_BYTES = 8 * 2 ** 20;
const CUT = "dss-probe ended before it had answered";

/**
 * Asks the daemon that listens at a path. Plain HTTP/1.1 written by hand over node:net, because loading an HTTP client
 * takes longer than the question does.
 *
 * @param to path of the socket, and what is asked
 * @param body sent as JSON
 * @param around.uid the user who asks; the socket has to be that user's or root's
 * @param around.distrust says why not to ask there; stricter than for a mere answer unless told otherwise
 */
export function askDaemon(
	to: { readonly socket: string; readonly path: string },
	body: object,
	around: {
		readonly clock: Clock;
		readonly uid: number | undefined;
		readonly timeoutMs: number;
		readonly distrust?: typeof distrust;
	},
): Promise<Asked> {
	const reason = (around.distrust ?? distrust)(to.socket, around.uid);
	if (reason === "nobody") return Promise.resolve({ result: "nobody" });
	if (reason !== undefined) return Promise.resolve({ result: "failed", why: reason });
	const { promise, resolve } = Promise.withResolvers<Asked>();
	const socket = connect(to.socket);
	const parts: Buffer[] = [];
	let bytes = 0;
	const end = (asked: Asked): void => {
		timer.cancel();
		socket.destroy();
		resolve(asked);
	};
	const timer = around.clock.after(around.timeoutMs, () => {
		end({
			result: "failed",
			isHanging: true,
			why: `dss-probe has not answered within ${Number((around.timeoutMs / 1_000).toFixed(1))} s`,
		});
	});
	socket.on("error", (error: NodeJS.ErrnoException) => {
		// A daemon that was killed leaves its socket behind.
		if (error.code === "ECONNREFUSED" || error.code === "ENOENT") return end({ result: "nobody" });
		if (error.code === "EACCES") {
			const who = around.uid === undefined ? "you" : `user ${around.uid}`;
			return end({ result: "failed", why: `${who} may not use the socket ${to.socket}: look at its group and mode` });
		}
		const isCut = error.code === "EPIPE" || error.code === "ECONNRESET";
		end({ result: "failed", why: isCut ? CUT : error.message });
	});
	socket.on("data", (part: Buffer) => {
		parts.push(part);
		bytes += part.length;
		if (bytes > MOST_BYTES) end({ result: "failed", why: "the answer has no end" });
	});
	socket.on("end", () => end(readAnswer(Buffer.concat(parts))));
	const text = Buffer.from(JSON.stringify(body));
	socket.write(
		`POST ${to.path} HTTP/1.1\r\nHost: dss-probe\r\nConnection: close\r\nContent-Type: application/json\r\n` +
			`Content-Length: ${text.length}\r\n\r\n`,
	);
	socket.write(text);
	return promise;
}

/** Takes an answer apart whose body is the rest of the connection. */
function readAnswer(answer: Buffer): Asked {
	const gap = answer.indexOf("\r\n\r\n");
	const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(answer.subarray(0, 64).toString("latin1")) ?? [];
	if (gap < 0 || status === undefined) return { result: "failed", why: CUT };
	try {
		return { result: "answered", status: Number(status), body: JSON.parse(answer.subarray(gap + 4).toString()) };
	} catch {
		return { result: "failed", why: "the answer is cut off" };
	}
}
