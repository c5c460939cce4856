import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock, Timer } from "../clock.ts";
import { asksControl, plainAddress } from "./address.ts";
import { createAuthenticate } from "./auth.ts";
import { type ActiveFault, Board } from "./board.ts";
import { type Addresses, addControl } from "./control.ts";
import { Door } from "./door.ts";
import type { FaultInput, FaultName } from "./fault.ts";
import type { NodeType } from "./node-type.ts";
import { createServer } from "./server.ts";
import { createWorld } from "./world.ts";

export interface SimulatorOptions {
	/** A key with READ_CONF, RUN_JOBS and MONITOR_JOBS on the canary project. */
	readonly apiKey: string;
	/** A key that may do everything. Without it nobody may. */
	readonly adminKey?: string;
	readonly clock: Clock;
	/** Of the simulated DSS; endpoints that came later are missing. */
	readonly version?: string;
	readonly nodeId?: string;
	/** Default: design. */
	readonly nodeType?: NodeType;
}

/** The faults in force, driven from inside the same process. The same as the control API. */
export interface Faults {
	/**
	 * Puts a fault in force; one of the same name is replaced. Resolves when it acts.
	 *
	 * @throws FaultError where the description is wrong
	 */
	set(fault: FaultInput): Promise<void>;
	/** Ends one, or all; resolves when all is as before. */
	clear(name?: FaultName): Promise<void>;
	list(): readonly ActiveFault[];
}

/** A server that behaves like a DSS node. */
export interface Simulator {
	/**
	 * Listens on `port` (0: any) with the API and the control API, and on a second port with the control API alone.
	 *
	 * @param controlPort the second port; absent: any
	 */
	listen(host: string, port: number, controlPort?: number): Promise<Addresses>;
	close(): Promise<void>;
	readonly faults: Faults;
}

/** Creates a simulated node. Nothing listens until `listen`; time comes from the clock alone. */
export function createSimulator(options: SimulatorOptions): Simulator {
	const { clock, apiKey, adminKey, version = "14.3.1", nodeType = "design", nodeId = `${nodeType}-1` } = options;
	const board = new Board(clock);
	let addresses: Addresses = { url: "", controlUrl: "" };
	const world = createWorld({ clock, board, version, nodeId, nodeType, address: () => addresses.url });
	const authenticate = createAuthenticate({ apiKey, ...(adminKey === undefined ? {} : { adminKey }) }, board);
	const { app, tally } = createServer(world, authenticate);
	addControl(app, world, { board, tally, addresses: () => addresses });

	const route = (request: IncomingMessage, response: ServerResponse): void => {
		// The body is read as JSON whatever its header says, so that an odd header must not stop it.
		delete request.headers["content-type"];
		app.routing(request, response);
	};
	const door = new Door({
		clock,
		isSpared: asksControl,
		answer(request, response) {
			request.url = plainAddress(request.url ?? "/");
			route(request, response);
		},
	});
	const controlDoor = new Door({
		clock,
		isSpared: () => true,
		answer(request, response) {
			if (asksControl(request)) route(request, response);
			else response.writeHead(404).end();
		},
	});

	let backTimer: Timer | undefined;
	board.listen(async (change, fault) => {
		if (fault.fault !== "refuse") return;
		backTimer?.cancel();
		if (change !== "began") {
			await door.reopen();
			// It may have come back while the door waited for its port.
			if (board.find("refuse")) door.shut();
			return;
		}
		door.shut();
		if (fault.for_ms !== undefined) backTimer = clock.after(fault.for_ms, () => board.settle(), { background: true });
	});

	return {
		async listen(host, port, controlPort = 0) {
			await app.ready();
			const actual = await door.open(host, port);
			const controlActual = await controlDoor.open(host, controlPort);
			addresses = { url: address(host, actual), controlUrl: address(host, controlActual) };
			if (board.find("refuse")) door.shut();
			return addresses;
		},
		async close() {
			backTimer?.cancel();
			door.close();
			controlDoor.close();
			await app.close();
		},
		faults: {
			async set(fault) {
				await board.set(fault);
			},
			clear: (name) => board.clear(name),
			list: () => board.list(),
		},
	};
}

const address = (host: string, port: number) => `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
