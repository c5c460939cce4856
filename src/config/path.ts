/** The way from the top of a file to a part of it. */
export type Path = readonly (string | number)[];

/** `checks[1].with.project` */
export function showPath(path: Path): string {
	return path.map((step, depth) => (typeof step === "number" ? `[${step}]` : depth === 0 ? step : `.${step}`)).join("");
}
