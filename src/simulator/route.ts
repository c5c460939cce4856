import type { Caller } from "./auth.ts";
import type { Project } from "./catalogue.ts";
import { illegalArgument, notFound } from "./error.ts";
import type { Right } from "./fault.ts";
import type { World } from "./world.ts";

/** One call of the API, after its key and its rights were found good. */
export interface Call {
	readonly world: World;
	readonly caller: Caller;
	readonly now: number;
	readonly query: Query;
	/** What the JSON body holds; undefined where there was none. */
	readonly body: unknown;
	/** A part of the path that the route names. */
	param(name: string): string;
	/** The project that the path names as `:key`. */
	project(): Project;
}

/** The parameters behind the question mark, read as DSS reads them. */
export interface Query {
	text(name: string): string | undefined;
	/** In any case: Python writes True and False. */
	flag(name: string): boolean;
	whole(name: string): number;
	/** Repeated or comma-separated. */
	words(name: string): string[];
}

/** An endpoint of a node. */
export interface ApiRoute {
	readonly method: "GET" | "POST" | "PUT" | "DELETE";
	/** As the client writes it; the slash at the end is accepted either way. */
	readonly path: string;
	/** The DSS version that has it first; absent: as old as can be. */
	readonly since?: string;
	/** A right on the project `:key`, or the right of an instance admin; absent: any key. */
	readonly right?: Right | "INSTANCE_ADMIN";
	/** Answered without a key. */
	readonly isOpen?: true;
	/** What is sent as JSON, a `Plain` text, or `CUT`. */
	answer(call: Call): unknown;
}

/** An answer that is not JSON. */
export class Plain {
	readonly text: string;
	readonly type: string;

	constructor(text: string, type = "text/plain;charset=utf-8") {
		this.text = text;
		this.type = type;
	}
}

/** Instead of an answer the connection is cut. */
export const CUT = Symbol("cut");

export function readQuery(raw: Readonly<Record<string, unknown>>): Query {
	const all = (name: string): string[] => {
		const value = raw[name];
		return (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);
	};
	return {
		text: (name) => all(name).at(-1),
		flag: (name) => all(name).at(-1)?.toLowerCase() === "true",
		whole(name) {
			const value = all(name).at(-1);
			if (value === undefined || value === "") return 0;
			if (!/^-?\d+$/.test(value)) throw illegalArgument(`Not a number: ${name}=${value}`);
			return Math.max(0, Number(value));
		},
		words: (name) =>
			all(name)
				.flatMap((value) => value.split(","))
				.filter(Boolean),
	};
}

/** The body as an object; anything else is refused as DSS refuses it. */
export function bodyObject(call: Call): Readonly<Record<string, unknown>> {
	const { body } = call;
	if (body === undefined || body === null) return {};
	if (typeof body !== "object" || Array.isArray(body)) throw illegalArgument("The body is not a JSON object");
	return body as Readonly<Record<string, unknown>>;
}

/** What was looked for, or the 404 that DSS answers. */
export function found<Thing>(thing: Thing | undefined, message: string): Thing {
	if (thing === undefined) throw notFound(message);
	return thing;
}
