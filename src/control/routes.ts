import type * as z from "zod";
import type { About } from "../model/about.ts";
import type { Answer, Desk } from "../model/desk.ts";
import { ackRequest, endRequest, replayRequest, silenceRequest, wrongWith } from "../model/request.ts";

/** Answers one question that came over the socket. */
export type Respond = (body: unknown) => Answer<unknown>;

/**
 * What can be asked, by path.
 *
 * @param self what the daemon says of itself; absent where none runs
 */
export function controlRoutes(
	desk: Desk,
	self?: { readonly health: () => object; readonly about: () => About },
): ReadonlyMap<string, Respond> {
	const routes = new Map<string, Respond>([
		["/silence/add", checked(silenceRequest, (request) => desk.silence(request))],
		["/silence/end", checked(endRequest, ({ id }) => desk.endSilence(id))],
		["/ack", checked(ackRequest, (request) => desk.acknowledge(request))],
		["/outbox/replay", checked(replayRequest, (request) => desk.replay(request))],
	]);
	if (self) {
		routes.set("/health", () => ({ ok: true, value: self.health(), warnings: [] }));
		routes.set("/about", () => ({ ok: true, value: self.about(), warnings: [] }));
	}
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
