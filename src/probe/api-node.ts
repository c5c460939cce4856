import * as z from "zod";
import { apiFault } from "../dss/reply-fault.ts";
import { request } from "../dss/transport.ts";
import type { Kind } from "./kind.ts";
import { progressValues, REPLY_VALUES, replyValues } from "./reply-values.ts";

const PATH = "/isAlive/";

export const apiNodeOptions = z.strictObject({ kind: z.literal("api-node") });

type ApiNodeOptions = z.output<typeof apiNodeOptions>;

/** Whether an API node takes queries, by its own word. It says nothing about the services on it: see api-node-query. */
export const apiNode: Kind<ApiNodeOptions> = {
	values: {
		...REPLY_VALUES,
		alive: { type: "bool", summary: "The node says that it is alive.", blames: "api_node_drained" },
	},
	facts: {},
	expect: [{ that: "alive", else: "critical" }],
	async measure(_options, { instance, signal, clock }) {
		const url = `${instance.url}${PATH}`;
		const exchange = await request({
			url,
			method: "GET",
			headers: {},
			tls: instance.tls,
			signal,
			clock,
			connection: "fresh",
		});
		if (!exchange.ok) return { values: progressValues(exchange.progress, url), fault: exchange.fault };
		const { reply } = exchange;
		const values = { ...replyValues(reply, url), alive: reply.status >= 200 && reply.status < 300 };
		const fault = apiFault(reply, url);
		// 5xx is its way to say no: by the file that drains it, or because it is going down. A web server before it says the same.
		if (reply.status >= 500) return { values, fault: { code: "api_node_drained", text: fault?.text ?? "" } };
		return { values, ...(fault && { fault }) };
	},
};
