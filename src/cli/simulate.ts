import { systemClock } from "../clock.ts";
import { isNodeType, NODE_TYPES } from "../simulator/node-type.ts";
import { createSimulator } from "../simulator/simulator.ts";
import { EXIT, UserError } from "./exit.ts";
import type { Verb } from "./io.ts";

export interface SimulateOptions {
	readonly listen: string;
	readonly apiKey: string;
	readonly adminKey?: string;
	/** The version of DSS to be. */
	readonly dssVersion?: string;
	/** What kind of node to be. */
	readonly nodeType?: string;
}

/** `simulate`: a DSS node that is none, with faults to switch, until it is told to stop. */
export const simulate: Verb<SimulateOptions> = async ({ listen, apiKey, adminKey, dssVersion, nodeType }, io) => {
	const { terminal } = io;
	const colon = listen.lastIndexOf(":");
	const port = Number(listen.slice(colon + 1));
	if (colon < 1 || !Number.isInteger(port) || port > 65_535) {
		throw new UserError(`--listen ${listen} is not an address and a port, such as 127.0.0.1:11200`, EXIT.usage);
	}
	if (nodeType !== undefined && !isNodeType(nodeType)) {
		throw new UserError(`--node-type ${nodeType} is none; there are: ${NODE_TYPES.join(", ")}`, EXIT.usage);
	}
	const simulator = createSimulator({
		apiKey,
		clock: systemClock,
		...(adminKey !== undefined && { adminKey }),
		...(dssVersion !== undefined && { version: dssVersion }),
		...(nodeType !== undefined && { nodeType }),
	});
	const { url, controlUrl } = await simulator.listen(listen.slice(0, colon), port).catch((error: Error) => {
		throw new UserError(`cannot listen on ${listen}: ${error.message}`, EXIT.unavailable);
	});
	terminal.out(`simulated DSS   ${url}`);
	terminal.out(
		`control         ${controlUrl}/_simulator/   (also on the first address, unless connections are refused)`,
	);
	terminal.out(`try             curl -X POST ${controlUrl}/_simulator/faults -d '{"fault":"gateway","status":502}'`);
	terminal.out(`                curl -X DELETE ${controlUrl}/_simulator/faults`);
	const { promise, resolve } = Promise.withResolvers<void>();
	io.onSignal("SIGTERM", resolve);
	io.onSignal("SIGINT", resolve);
	await promise;
	await simulator.close();
	return EXIT.ok;
};
