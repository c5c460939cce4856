import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Makes a test for file names from a pattern in which `*` stands for any text and `?` for one character. */
export function fileNameTest(pattern: string): (name: string) => boolean {
	// Stars side by side mean one, and what is between two is matched as early as possible: no pattern takes long.
	const parts = pattern
		.split(/\*+/)
		.map((part) => [...part].map((sign) => (sign === "?" ? "." : RegExp.escape(sign))).join(""));
	const [first = "", ...rest] = parts;
	const last = rest.pop();
	if (last === undefined) {
		const whole = new RegExp(`^${first}$`, "su");
		return (name) => whole.test(name);
	}
	const begin = new RegExp(`^${first}`, "su");
	const end = new RegExp(`${last}$`, "su");
	const inside = rest.map((part) => new RegExp(part, "su"));
	return (name) => {
		const head = begin.exec(name)?.[0];
		const tail = end.exec(name)?.[0];
		if (head === undefined || tail === undefined || head.length + tail.length > name.length) return false;
		let left = name.slice(head.length, name.length - tail.length);
		for (const part of inside) {
			const found = part.exec(left);
			if (!found) return false;
			left = left.slice(found.index + found[0].length);
		}
		return true;
	};
}

/** Most files that one pattern may stand for. */
const MOST_MATCHES = 200;

/** The paths that a path with stars in its last part stands for. */
export async function pathsMeantBy(path: string): Promise<readonly string[]> {
	const pattern = basename(path);
	if (!/[*?]/.test(pattern)) return [path];
	const isMeant = fileNameTest(pattern);
	const names = await readdir(dirname(path)).catch(() => []);
	return names
		.filter(isMeant)
		.slice(0, MOST_MATCHES)
		.map((name) => join(dirname(path), name));
}
