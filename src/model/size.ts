import * as z from "zod";

const UNITS: Readonly<Record<string, number>> = {
	B: 1,
	kB: 1e3,
	KB: 1e3,
	MB: 1e6,
	GB: 1e9,
	KiB: 1_024,
	MiB: 1_048_576,
};

const SHAPE = /^(\d+(?:\.\d+)?)\s?(B|kB|KB|MB|GB|KiB|MiB)$/;

/**
 * Reads a size such as `512kB`, `1MB` or `4 MiB`.
 *
 * @returns bytes, or undefined where the text is no size (a bare number is none)
 */
function parseSize(text: string): number | undefined {
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
