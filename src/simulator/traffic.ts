import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../clock.ts";
import { isControl, pathOf } from "./address.ts";
import type { Board, Target } from "./board.ts";
import { LOGIN_PAGE, nginxPage } from "./pages.ts";
import { cutOff, hugeJson, trickle } from "./wire.ts";

const HTML = "text/html";

/**
 * Puts the faults of network, load balancer, proxy and nginx in front of every route but the control API, from the
 * outside in: what a real request would meet first acts first.
 */
export function addTraffic(app: FastifyInstance, board: Board, clock: Clock): void {
	app.addHook("onRequest", async (request, reply) => {
		const target = targetOf(request);
		if (isControl(target.path)) return;
		if (board.take("reset", target)) {
			request.raw.socket.resetAndDestroy();
			return reply.hijack();
		}
		if (board.take("hang", target)) return reply.hijack();
		const slow = board.take("slow", target);
		if (slow && !(await waited(clock, slow.ms, reply))) return reply.hijack();
		return answerInFront(board, target, reply);
	});

	app.addHook("onSend", async (request, reply, payload) => {
		const target = targetOf(request);
		if (typeof payload !== "string" || isControl(target.path)) return payload;
		const bytes = Buffer.from(payload);
		const isJson = String(reply.getHeader("content-type")).includes("json");
		const cut = isJson ? board.take("truncated_json", target) : undefined;
		if (cut?.cut === "body") return payload.slice(0, Math.floor(payload.length / 2));
		const slow = cut ? undefined : board.take("trickle", target);
		if (!cut && !slow) return payload;
		reply.header("content-length", bytes.length);
		return slow ? trickle(bytes, slow.bytes_per_second, clock, goneSignal(reply)) : cutOff(bytes);
	});
}

function answerInFront(board: Board, target: Target, reply: FastifyReply): FastifyReply | undefined {
	const redirect = board.take("redirect", target);
	if (redirect) return reply.redirect(redirect.location, redirect.status);
	if (board.take("login_page", target)) return reply.type(HTML).send(LOGIN_PAGE);
	const unavailable = board.take("unavailable", target);
	if (unavailable) {
		return reply.code(503).header("retry-after", unavailable.retry_after).type(HTML).send(nginxPage(503));
	}
	const huge = board.take("huge_body", target);
	if (huge) {
		return reply.type("application/json;charset=utf-8").header("content-length", huge.bytes).send(hugeJson(huge.bytes));
	}
	// nginx serves the static page by itself, whether or not the backend lives.
	if (target.path === "/") return undefined;
	const gateway = board.find("restart") ? { status: 502 } : board.take("gateway", target);
	return gateway && reply.code(gateway.status).type(HTML).send(nginxPage(gateway.status));
}

const targetOf = (request: FastifyRequest): Target => ({ path: pathOf(request.url), method: request.method });

/** Waits, and tells whether anybody still waits for the answer. */
async function waited(clock: Clock, ms: number, reply: FastifyReply): Promise<boolean> {
	try {
		await clock.sleep(ms, goneSignal(reply));
		return true;
	} catch {
		return false;
	}
}

/** Aborted when the connection closes. */
function goneSignal(reply: FastifyReply): AbortSignal {
	const gone = new AbortController();
	reply.raw.once("close", () => gone.abort());
	return gone.signal;
}
