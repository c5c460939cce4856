import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { isAtLeast } from "../dss/version.ts";
import { isApi, isControl, pathOf } from "./address.ts";
import { surfaceOf } from "./api.ts";
import { type Authenticate, type Caller, NOBODY, requireAdmin, requireRight } from "./auth.ts";
import { FaultError } from "./board.ts";
import { coded, DssError, errorBody } from "./error.ts";
import { hasBackend } from "./node-type.ts";
import { UI_PAGE, UNKNOWN_ROUTE_PAGE } from "./pages.ts";
import { type ApiRoute, type Call, CUT, found, Plain, readQuery } from "./route.ts";
import { addTally, type Tally } from "./tally.ts";
import { addTraffic } from "./traffic.ts";
import type { World } from "./world.ts";

const JSON_TYPE = "application/json;charset=utf-8";
const HTML_TYPE = "text/html;charset=utf-8";

/** The web server: faults in front, then the page, get-configuration and the API. Listens nowhere by itself. */
export function createServer(world: World, authenticate: Authenticate): { app: FastifyInstance; tally: Tally } {
	const app = fastify({
		routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
		forceCloseConnections: true,
	});
	// A body is JSON whatever its header says: the official client sends none.
	app.addContentTypeParser("*", { parseAs: "string" }, (_request: unknown, body: string) => parseBody(body));

	const tally = addTally(app);
	addTraffic(app, world.board, world.clock);
	app.addHook("onRequest", async (request, reply) => {
		// What is dated in the answers goes by this clock, which need not be that of the machine.
		reply.header("date", new Date(world.clock.now()).toUTCString());
		if (hasBackend(world.nodeType) && isApi(pathOf(request.url)))
			reply.headers({ "DSS-Version": world.version(), "DSS-API-Version": "1" });
	});
	app.setErrorHandler((error, request, reply) => sendError(error, request, reply, world));
	app.setNotFoundHandler((request, reply) => {
		const isCall = hasBackend(world.nodeType) && isApi(pathOf(request.url));
		if (!isCall) return reply.code(404).type(HTML_TYPE).send(UNKNOWN_ROUTE_PAGE);
		authenticate(request.headers);
		const type = "com.dataiku.dip.server.controllers.NotFoundException";
		throw new DssError(404, type, `No such call: ${request.method} ${pathOf(request.url)}`);
	});

	app.get("/", (_request, reply) => reply.type(HTML_TYPE).send(UI_PAGE));
	if (hasBackend(world.nodeType)) {
		app.get("/dip/api/get-configuration", (_request, reply) =>
			reply
				.header("set-cookie", "dss_xsrf_token_simulated=0; Path=/")
				.type(JSON_TYPE)
				.send(JSON.stringify(configuration(world))),
		);
	}
	for (const { prefix, routes } of surfaceOf(world.nodeType)) {
		for (const route of routes) {
			app.route({
				method: route.method,
				url: prefix + route.path,
				handler: (request, reply) => answerApi(route, world, authenticate, request, reply),
			});
		}
	}
	return { app, tally };
}

function answerApi(
	route: ApiRoute,
	world: World,
	authenticate: Authenticate,
	request: FastifyRequest,
	reply: FastifyReply,
): FastifyReply {
	if (route.since !== undefined && !isAtLeast(world.version(), route.since)) {
		return reply.code(404).type(HTML_TYPE).send(UNKNOWN_ROUTE_PAGE);
	}
	const caller = route.isOpen ? NOBODY : authenticate(request.headers);
	const failure = world.board.take("coded_error", { path: pathOf(request.url), method: request.method });
	if (failure) throw coded(failure.code, failure.message);
	const call = callOf(request, world, caller);
	if (route.right === "INSTANCE_ADMIN") requireAdmin(caller, world.board);
	else if (route.right !== undefined) requireRight(caller, call.project().key, route.right);

	const answer = route.answer(call);
	if (answer === CUT) {
		request.raw.socket.destroy();
		return reply.hijack();
	}
	if (answer instanceof Plain) return reply.type(answer.type).send(answer.text);
	return reply.type(JSON_TYPE).send(JSON.stringify(answer));
}

function callOf(request: FastifyRequest, world: World, caller: Caller): Call {
	const params = request.params as Readonly<Record<string, string>>;
	const param = (name: string) => params[name] ?? "";
	return {
		world,
		caller,
		now: world.clock.now(),
		query: readQuery(request.query as Readonly<Record<string, unknown>>),
		body: request.body,
		param,
		project: () => found(world.projects.get(param("key")), `Project does not exist: ${param("key")}`),
	};
}

/** What boots the web UI; no key is needed. */
function configuration(world: World): object {
	const version = world.version();
	const [major = "0", minor = "0"] = version.split(".");
	return {
		version: { product_version: version, conf_version: `${major}${minor}00` },
		nodeType: world.nodeType.toUpperCase(),
		loggedIn: false,
		hasNodeName: true,
		nodeName: world.nodeId,
	};
}

async function parseBody(text: string): Promise<unknown> {
	if (text.trim() === "") return undefined;
	try {
		return JSON.parse(text);
	} catch {
		throw new DssError(400, "com.google.gson.JsonSyntaxException", "The body is not JSON");
	}
}

function sendError(thrown: unknown, request: FastifyRequest, reply: FastifyReply, world: World): FastifyReply {
	const error = thrown instanceof Error ? thrown : new Error(String(thrown));
	if (isControl(pathOf(request.url))) {
		const isTheirs = error instanceof FaultError || error instanceof DssError;
		return reply.code(isTheirs ? 400 : 500).send(JSON.stringify({ error: error.message }));
	}
	const status = (error as { readonly statusCode?: number }).statusCode ?? 500;
	const known = error instanceof DssError ? error : new DssError(status, "java.lang.RuntimeException", error.message);
	return reply
		.code(known.status)
		.type(JSON_TYPE)
		.send(JSON.stringify(errorBody(known, world.version())));
}
