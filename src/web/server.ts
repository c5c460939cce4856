import fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Desk } from "../model/desk.ts";
import { parseDuration } from "../model/duration.ts";
import { parseAddress, urlOf } from "./address.ts";
import { apiSchemas } from "./api.ts";
import { cached, cachedBy } from "./cache.ts";
import { createTokenGuard, isLoopback, isOwnHost } from "./guard.ts";
import { favicon } from "./icon.ts";
import { ListenError } from "./listen-error.ts";
import { METRICS_TYPE, renderMetrics, watchProcess } from "./metrics.ts";
import type { WebOptions } from "./options.ts";
import { overviewOf } from "./overview.ts";
import { page } from "./page.ts";
import { toCheckDetailReply, toStatusReply } from "./replies.ts";
import { STYLE_HASH } from "./style.ts";
import type { WebView } from "./view.ts";
import { addWriting, forgeryIn, isWritable, toSilenceReply } from "./write.ts";

/** The status page, /healthz, /metrics and the JSON API. What changes something needs a token. */
export interface Web {
	/**
	 * @returns the address to open, with the port that was chosen where port 0 was asked for
	 * @throws where the address cannot be listened on
	 */
	listen(): Promise<{ readonly url: string }>;
	/** Ends all connections, idle ones and slow readers included. */
	close(): Promise<void>;
}

/** However many ask: each answer is made at most this often, and all get the same bytes. */
const KEEP_MS = 1_000;

const MOST_CONNECTIONS = 64;

/** How far back an explanation reaches unless asked otherwise. */
const EXPLAINED = "2h";

const HEADERS: Readonly<Record<string, string>> = {
	"content-security-policy": `default-src 'none'; style-src '${STYLE_HASH}'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
	"x-content-type-options": "nosniff",
	"referrer-policy": "no-referrer",
	"cross-origin-resource-policy": "same-origin",
	"cache-control": "no-store",
};

export function createWeb(deps: {
	readonly options: WebOptions;
	readonly view: WebView;
	/** Carries out what people ask for; without it nothing can be changed. */
	readonly desk?: Desk;
	readonly clock: Clock;
	readonly log: Log;
}): Web {
	const { options, view, desk, clock, log } = deps;
	const address = parseAddress(options.listen) ?? { host: "127.0.0.1", port: 0 };
	const mayPass = options.token && createTokenGuard(options.token);
	// Behind a token a stranger's page learns nothing, so a proxy may then pass any Host on.
	const checksHost = mayPass === undefined && isLoopback(address.host);

	watchProcess();
	const status = cached(clock, KEEP_MS, () => view.status());
	const health = cached(clock, KEEP_MS, () => view.health());
	const recent = cachedBy(clock, KEEP_MS, (key) => view.recent(key));
	const statusPage = cached(clock, KEEP_MS, () =>
		Buffer.from(page({ status: status(), health: health(), recent, now: clock.now() })),
	);
	const statusJson = cached(clock, KEEP_MS, () =>
		Buffer.from(JSON.stringify(toStatusReply(status(), health(), clock.now()))),
	);
	const metricsText = cached(clock, KEEP_MS, async () =>
		Buffer.from(await renderMetrics({ status, metrics: () => view.metrics() })),
	);
	const master = cachedBy(clock, KEEP_MS, (instance) => view.zabbix(instance));
	const discovered = cachedBy(clock, KEEP_MS, (what) => view.zabbixDiscovery(what as "checks" | "values"));
	const schemas = cached(clock, Number.POSITIVE_INFINITY, apiSchemas);

	const app = fastify({
		logger: false,
		forceCloseConnections: true,
		requestTimeout: 10_000,
		// Who does not read what was asked for is let go.
		connectionTimeout: 30_000,
		keepAliveTimeout: 30_000,
		bodyLimit: 1_024,
	});
	app.server.maxConnections = MOST_CONNECTIONS;

	app.addHook("onRequest", async (request: FastifyRequest, reply: FastifyReply) => {
		reply.headers(HEADERS);
		if (checksHost && !isOwnHost(request.headers.host)) return refuse(reply, 421, "this name is not served here");
		const { method, headers } = request;
		const path = request.url.split("?", 1)[0] ?? "";
		const changes = method !== "GET" && method !== "HEAD";
		if (changes && (desk === undefined || !isWritable(method, path))) {
			return refuse(reply.header("allow", "GET, HEAD"), 405, "nothing can be changed here");
		}
		if (changes && mayPass === undefined) {
			return refuse(reply, 403, "changes need a token, and the configuration has none (web.token)");
		}
		if (path === "/healthz" || mayPass === undefined) return;
		if (!mayPass(headers.authorization)) {
			return refuse(
				reply.header("www-authenticate", 'Basic realm="dss-probe", charset="UTF-8"'),
				401,
				"a token is needed",
			);
		}
		const forgery = changes ? forgeryIn(method, headers) : undefined;
		if (forgery) return refuse(reply, ...forgery);
		return;
	});

	app.get("/", async (_request, reply) => reply.type("text/html; charset=utf-8").send(statusPage()));
	app.get("/favicon.svg", async (_request, reply) =>
		reply.type("image/svg+xml").send(favicon(overviewOf(status()).mood)),
	);
	app.get("/healthz", async (_request, reply) => {
		const { ok, reasons } = health();
		return reply.code(ok ? 200 : 503).send({ ok, reasons });
	});
	app.get("/metrics", async (_request, reply) => reply.type(METRICS_TYPE).send(await metricsText()));
	app.get("/api/v1/status", async (_request, reply) => json(reply).send(statusJson()));
	app.get("/api/v1/schema", async (_request, reply) => json(reply).send(schemas()));
	type CheckQuery = { Params: { instance: string; "*": string }; Querystring: { since?: string; at?: string } };
	app.get<CheckQuery>("/api/v1/checks/:instance/*", async (request, reply) => {
		const { instance, "*": name } = request.params;
		const check = status()
			.instances.find((one) => one.name === instance)
			?.checks.find((one) => one.name === name);
		if (check !== undefined) return json(reply).send(toCheckDetailReply(instance, check, recent(check.key)));
		const asked = /^(.+)\/explain$/.exec(name)?.[1];
		const since = parseDuration(request.query.since ?? EXPLAINED);
		const at = request.query.at === undefined ? undefined : Date.parse(request.query.at);
		if (since === undefined || Number.isNaN(at))
			return refuse(reply, 400, "since is a duration, at a moment in ISO 8601");
		const told = asked === undefined ? undefined : view.explain(`${instance}/${asked}`, since, at);
		return told === undefined ? refuse(reply, 404, "no such check") : json(reply).send(told);
	});
	app.get("/api/v1/silences", async (_request, reply) =>
		json(reply).send({ silences: view.silences().map((silence) => toSilenceReply(silence, clock.now())) }),
	);
	app.get<{ Params: { instance: string }; Querystring: { values?: string } }>(
		"/api/v1/zabbix/:instance",
		async (request, reply) => {
			const { instance } = request.params;
			if (instance === "discover")
				return json(reply).send(discovered(request.query.values === undefined ? "checks" : "values"));
			const found = master(instance);
			return found === undefined ? refuse(reply, 404, "no such instance") : json(reply).send(found);
		},
	);
	if (desk) addWriting(app, desk, () => clock.now());

	app.setNotFoundHandler(async (_request, reply) => refuse(reply, 404, "no such page"));
	app.setErrorHandler(async (error: Error & { statusCode?: number }, request, reply) => {
		const code = error.statusCode ?? 500;
		if (code >= 500) log.error({ err: error, url: request.url }, "an answer could not be made");
		return refuse(reply, code, code >= 500 ? "the answer could not be made; see dss-probe's log" : "not understood");
	});

	return {
		async listen() {
			try {
				await app.listen({ host: address.host, port: address.port });
			} catch (error) {
				throw new ListenError(`the web page cannot listen on ${options.listen}: ${(error as Error).message}`, error);
			}
			const bound = app.server.address();
			const port = typeof bound === "object" && bound !== null ? bound.port : address.port;
			return { url: urlOf({ host: address.host, port }) };
		},
		async close() {
			await app.close();
		},
	};
}

function json(reply: FastifyReply): FastifyReply {
	return reply.type("application/json; charset=utf-8");
}

function refuse(reply: FastifyReply, code: number, error: string): FastifyReply {
	return json(reply).code(code).send({ error });
}
