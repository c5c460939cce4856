/** An amount of bytes for people: `512 B`, `120 MB`, `3.5 GB`. */
export function sizeText(bytes: number): string {
	const [amount, unit] =
		bytes < 1e3
			? [bytes, "B"]
			: bytes < 1e6
				? [bytes / 1e3, "kB"]
				: bytes < 1e9
					? [bytes / 1e6, "MB"]
					: [bytes / 1e9, "GB"];
	return `${amount < 10 ? Number(amount.toFixed(1)) : Math.round(amount)} ${unit}`;
}

/** A person's list: `a, b and 3 more`. */
export function someOf(names: readonly string[], most = 3): string {
	if (names.length <= most) return names.join(", ");
	return `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
}
