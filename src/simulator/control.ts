import type { FastifyInstance, FastifyReply } from "fastify";
import * as z from "zod";
import { CONTROL_PREFIX } from "./address.ts";
import { type ActiveFault, type Board, FaultError } from "./board.ts";
import { faultGuide, faultOptions, isFaultName } from "./fault.ts";
import { nodeState } from "./state.ts";
import type { Tally } from "./tally.ts";
import type { World } from "./world.ts";

/** Where the simulator is reached. */
export interface Addresses {
	/** The simulated DSS; the control API too, unless connections are refused. */
	readonly url: string;
	/** The control API alone; answers whatever the faults are. */
	readonly controlUrl: string;
}

const ENDPOINTS: Readonly<Record<string, string>> = {
	[`GET ${CONTROL_PREFIX}/`]: "This text.",
	[`GET ${CONTROL_PREFIX}/faults`]: "The faults in force.",
	[`POST ${CONTROL_PREFIX}/faults`]:
		'Puts one in force, replacing one of its name: {"fault":"slow","ms":3000,"path":"/public/api","for_ms":60000,"times":3}.',
	[`DELETE ${CONTROL_PREFIX}/faults`]: "Ends all of them.",
	[`DELETE ${CONTROL_PREFIX}/faults/NAME`]: "Ends one; no error when it is not in force.",
	[`GET ${CONTROL_PREFIX}/state`]: "What the node holds: jobs, scenarios, tasks, kernels, requests so far.",
};

const NOTES: readonly string[] = [
	"Every answer comes when the change is in force. No key is needed; the control API is meant for loopback.",
	"Most faults end by themselves after `for_ms` or after they acted `times` times.",
	"Faults of traffic may be bound to a `path` (its start; both API prefixes count as one) and a `method`.",
	"While `refuse` is in force this port is closed: use `controlUrl`, which is a port of its own, or give `for_ms`.",
];

/** Adds the control API. It is not subject to any fault but `refuse`, which closes the port it stands on. */
export function addControl(
	app: FastifyInstance,
	world: World,
	options: { readonly board: Board; readonly tally: Tally; readonly addresses: () => Addresses },
): void {
	const { board, tally, addresses } = options;
	const send = (reply: FastifyReply, value: object, status = 200) =>
		reply.code(status).type("application/json;charset=utf-8").send(JSON.stringify(value));
	const active = () => ({ faults: board.list().map(faultView) });

	app.get(`${CONTROL_PREFIX}/`, (_request, reply) =>
		send(reply, {
			about: "Control of a simulated DSS node",
			...addresses(),
			endpoints: ENDPOINTS,
			notes: NOTES,
			faults: faultGuide,
			schema: z.toJSONSchema(faultOptions, { io: "input" }),
		}),
	);
	app.get(`${CONTROL_PREFIX}/faults`, (_request, reply) => send(reply, active()));
	app.post(`${CONTROL_PREFIX}/faults`, async (request, reply) => {
		await board.set(request.body);
		return send(reply, active());
	});
	app.delete(`${CONTROL_PREFIX}/faults`, async (_request, reply) => {
		await board.clear();
		return send(reply, active());
	});
	app.delete(`${CONTROL_PREFIX}/faults/:name`, async (request, reply) => {
		const { name } = request.params as { readonly name: string };
		if (!isFaultName(name)) throw new FaultError(`There is no fault "${name}".`);
		await board.clear(name);
		return send(reply, active());
	});
	app.get(`${CONTROL_PREFIX}/state`, (_request, reply) =>
		send(reply, { ...addresses(), ...nodeState(world), ...active(), requests: tally.view() }),
	);
	app.all(`${CONTROL_PREFIX}/*`, (_request, reply) =>
		send(reply, { error: "No such control call", endpoints: ENDPOINTS }, 404),
	);
}

/** A fault in force as the control API shows it. */
function faultView({ fault, since, endsAt, left }: ActiveFault): object {
	return {
		...fault,
		since,
		...(endsAt === undefined ? {} : { ends_at: endsAt }),
		...(left === undefined ? {} : { left }),
	};
}
