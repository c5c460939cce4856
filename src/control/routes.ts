import type * as z from "zod";
import type { Answer, Desk } from "../model/desk.ts";
import { ackRequest, endRequest, replayRequest, silenceRequest, wrongWith } from "../model/request.ts";

/** Answers one question that came over the socket. */
export type Respond = (body: unknown) => Answer<unknown>;

/**
 * What can be asked, by path.
 *
 * @param health how the daemon is; absent where none runs
 */
export function controlRoutes(desk: Desk, health?: () => object): ReadonlyMap<string, Respond> {
	const routes = new Map<string, Respond>([
		["/silence/add", checked(silenceRequest, (request) => desk.silence(request))],
		["/silence/end", checked(endRequest, ({ id }) => desk.endSilence(id))],
		["/ack", checked(ackRequest, (request) => desk.acknowledge(request))],
		["/outbox/replay", checked(replayRequest, (request) => desk.replay(request))],
	]);
	if (health) routes.set("/health", () => ({ ok: true, value: health(), warnings: [] }));
	return routes;
}

function checked<Schema extends z.ZodType>(
	schema: Schema,
	act: (request: z.output<Schema>) => Answer<unknown>,
): Respond {
	return (body) => {
		const read = schema.safeParse(body);
		return read.success ? act(read.data) : { ok: false, code: "invalid", text: wrongWith(read.error) };
	};
}
