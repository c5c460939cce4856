import * as z from "zod";

const UNITS: Readonly<Record<string, number>> = {
	B: 1,
	kB: 1e3,
	KB: 1e3,
	MB: 1e6,
	GB: 1e9,
	TB: 1e12,
	KiB: 1_024,
	MiB: 1_048_576,
	GiB: 1_073_741_824,
	TiB: 1_099_511_627_776,
};

const SHAPE = /^(\d+(?:\.\d+)?)\s?(B|[kK]B|[MGT]B|[KMGT]iB)$/;

/**
 * Reads a size such as `512kB`, `1MB` or `4 MiB`.
 *
 * @returns bytes, or undefined where the text is no size (a bare number is none)
 */
export function parseSize(text: string): number | undefined {
	const [, amount, unit] = SHAPE.exec(text) ?? [];
	return unit === undefined ? undefined : Math.round(Number(amount) * (UNITS[unit] as number));
}

const WRONG = "is no size: write a number of bytes, or a number and a unit, such as 512kB, 1MB or 4MiB";

/** A size option: a number of bytes or text such as `1MB` in, bytes out. */
export const size = () =>
	z.union([z.number(), z.string()], { error: WRONG }).transform((given, context) => {
		const bytes = typeof given === "number" ? given : parseSize(given);
		if (bytes !== undefined && Number.isInteger(bytes) && bytes > 0) return bytes;
		context.issues.push({ code: "custom", input: given, message: WRONG });
		return z.NEVER;
	});

const WRITTEN = ["B", "kB", "MB", "GB", "TB"];

/** An amount of bytes for people: `512 B`, `1.5 kB`, `20 MB`, `1.23 TB`. */
export function bytesText(bytes: number): string {
	// Rounded first: 999,600 B are 1 MB and not 1000 kB.
	const rounded = Number(bytes.toPrecision(3));
	const step = Math.min(WRITTEN.length - 1, Math.max(0, Math.floor(Math.log10(Math.abs(rounded) || 1) / 3)));
	return `${Number((rounded / 1_000 ** step).toPrecision(3))} ${WRITTEN[step]}`;
}
