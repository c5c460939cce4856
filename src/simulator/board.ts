import type { Clock } from "../clock.ts";
import { type Fault, type FaultName, type FaultOf, faultGuide, faultOptions } from "./fault.ts";

/** A fault that is in force. */
export interface ActiveFault {
	readonly fault: Fault;
	/** ms since 1970. */
	readonly since: number;
	readonly endsAt?: number;
	/** How many more times it acts. */
	readonly left?: number;
}

/** `spent`: it acted as many times as it was to. */
export type FaultChange = "began" | "ended" | "spent";

/** Hears of a fault, and when it changed. What has to follow may take a while (a socket is closed or opened). */
export type FaultListener = (change: FaultChange, fault: Fault, at: number) => void | Promise<void>;

/** What a traffic fault looks at. */
export interface Target {
	/** With `/public/api` for both prefixes. */
	readonly path: string;
	readonly method: string;
}

/** A description of a fault that cannot be used; the message says what is wrong with it. */
export class FaultError extends Error {
	override readonly name = "FaultError";
}

/** The faults in force, one of each name. Ends are looked at when somebody asks, so that no timer is needed. */
export class Board {
	readonly #clock: Clock;
	readonly #active = new Map<FaultName, ActiveFault>();
	readonly #listeners: FaultListener[] = [];

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	listen(listener: FaultListener): void {
		this.#listeners.push(listener);
	}

	/**
	 * Puts a fault in force; one of the same name is replaced without an end in between. Resolves when it acts.
	 *
	 * @param input a fault as JSON writes it
	 * @throws FaultError where it is none
	 */
	async set(input: unknown): Promise<ActiveFault> {
		const fault = readFault(input);
		this.settle();
		const since = this.#clock.now();
		const lasts = fault.fault === "restart" ? fault.down_ms : fault.for_ms;
		const active: ActiveFault = {
			fault,
			since,
			...(lasts === undefined ? {} : { endsAt: since + lasts }),
			...("times" in fault && fault.times !== undefined ? { left: fault.times } : {}),
		};
		this.#active.set(fault.fault, active);
		await this.#tell("began", fault, since);
		return active;
	}

	/** Ends one fault or all of them; one that is not in force is no error. Resolves when all is as before. */
	async clear(name?: FaultName): Promise<void> {
		this.settle();
		const ending = [...this.#active.values()].filter(({ fault }) => name === undefined || fault.fault === name);
		await Promise.all(ending.map((active) => this.#end(active, this.#clock.now())));
	}

	list(): readonly ActiveFault[] {
		this.settle();
		return [...this.#active.values()];
	}

	/** The fault of this name, when it is in force. Does not count as acting. */
	find<Name extends FaultName>(name: Name): FaultOf<Name> | undefined {
		return this.entry(name)?.fault as FaultOf<Name> | undefined;
	}

	/** As `find`, with since when and how long. */
	entry(name: FaultName): ActiveFault | undefined {
		this.settle();
		return this.#active.get(name);
	}

	/** The fault of this name when it is in force and means this request; counts one of its `times` down. */
	take<Name extends FaultName>(name: Name, target?: Target): FaultOf<Name> | undefined {
		const active = this.entry(name);
		if (!active || (target && !concerns(active.fault, target))) return undefined;
		if (active.left !== undefined) {
			if (active.left > 1) this.#active.set(name, { ...active, left: active.left - 1 });
			else {
				this.#active.delete(name);
				void this.#tell("spent", active.fault, this.#clock.now());
			}
		}
		return active.fault as FaultOf<Name>;
	}

	/** Ends what has run out, as of the moment it ran out. */
	settle(): void {
		const now = this.#clock.now();
		for (const active of this.#active.values()) {
			if (active.endsAt !== undefined && active.endsAt <= now) void this.#end(active, active.endsAt);
		}
	}

	#end(active: ActiveFault, at: number): Promise<void> {
		this.#active.delete(active.fault.fault);
		return this.#tell("ended", active.fault, at);
	}

	async #tell(change: FaultChange, fault: Fault, at: number): Promise<void> {
		await Promise.all(this.#listeners.map((listener) => listener(change, fault, at)));
	}
}

function concerns(fault: Fault, target: Target): boolean {
	if ("method" in fault && fault.method !== undefined && fault.method !== target.method) return false;
	if (!("path" in fault) || fault.path === undefined) return true;
	return target.path.startsWith(fault.path.replace(/^\/dip\/publicapi(?=\/|$)/, "/public/api"));
}

function readFault(input: unknown): Fault {
	const name = (input as { readonly fault?: unknown } | null | undefined)?.fault;
	if (!faultGuide.some(({ fault }) => fault === name)) {
		const known = faultGuide.map(({ fault }) => fault).join(", ");
		throw new FaultError(
			typeof name === "string" ? `There is no fault "${name}". Known: ${known}.` : `Name a fault: ${known}.`,
		);
	}
	const read = faultOptions.safeParse(input);
	if (read.success) return read.data;
	const problems = read.error.issues.map(({ path, message }) => [path.join("."), message].filter(Boolean).join(": "));
	throw new FaultError(`Fault "${name}": ${problems.join("; ")}.`);
}
