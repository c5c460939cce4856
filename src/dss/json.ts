/** What a reply of DSS holds before it is read: every version adds members, and some leave documented ones out. */
export type Json = Readonly<Record<string, unknown>>;

/** An object whose members are not known yet; anything else counts as an empty one. */
export function object(value: unknown): Json {
	return typeof value === "object" && value !== null ? (value as Json) : {};
}

/** A text that is not empty. */
export function text(value: unknown): string | undefined {
	return typeof value === "string" && value !== "" ? value : undefined;
}

/** A moment, ms since 1970; DSS writes 0 for "not yet", and some replies write numbers as text. */
export function moment(value: unknown): number | undefined {
	const given = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
	return typeof given === "number" && given > 0 ? given : undefined;
}

/** A member that is absent where its value is undefined. */
export function defined<Name extends string, Value>(name: Name, value: Value | undefined): { [key in Name]?: Value } {
	return (value === undefined ? {} : { [name]: value }) as { [key in Name]?: Value };
}
