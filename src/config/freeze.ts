/** Freezes plain objects and lists all the way down; other things (secrets, compiled conditions) keep to themselves. */
export function freeze<T>(value: T): T {
	if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
	const prototype = Object.getPrototypeOf(value);
	if (value instanceof Map) for (const item of value.values()) freeze(item);
	else if (Array.isArray(value) || prototype === Object.prototype || prototype === null) {
		Object.freeze(value);
		for (const descriptor of Object.values(Object.getOwnPropertyDescriptors(value))) freeze(descriptor.value);
	}
	return value;
}
