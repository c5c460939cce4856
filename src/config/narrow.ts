import { type Gist, NEEDED, sectionsOf } from "./gist.ts";

/** The part of a configuration that somebody needs. */
export interface Part {
	readonly instance: string;
	/** Only this one of its checks. */
	readonly check?: string;
}

type Section = Readonly<Record<string, unknown>>;

/**
 * Leaves out of a configuration what a look at one instance, or one check of it, does not need: other instances, routes,
 * channels, the check files that are not used, and parents. Only for a configuration of which all is known to be in order:
 * mistakes in what is left out go unseen.
 *
 * @returns what is left of the data of each file, alerts.yaml being the first
 */
export function narrow({ instance, check }: Part, { declared }: Pick<Gist, "declared">): (data: unknown) => unknown {
	let isFirst = true;
	return (data) => {
		if (!isSection(data)) return data;
		if (!isFirst) return omit(data, "parents");
		isFirst = false;
		const uses = (Array.isArray(data["checks"]) ? data["checks"] : []).filter(
			(use) =>
				check === undefined ||
				nameOf(use, "as") === check ||
				(nameOf(use, "as") === "" && nameOf(use, "use") === check),
		);
		const instances = isSection(data["instances"]) ? data["instances"] : {};
		return {
			...sectionsOf(data, NEEDED),
			instances: Object.fromEntries(Object.entries(instances).filter(([name]) => name === instance)),
			check_files: [...new Set(uses.map((use) => declared[nameOf(use, "use")]))],
			checks: uses.map((use) => (isSection(use) ? omit(use, "parents") : use)),
		};
	};
}

/** The name of a use, which is a text or a section; `as` is empty where it goes by its own name. */
function nameOf(use: unknown, key: "use" | "as"): string {
	if (typeof use === "string") return key === "use" ? use : "";
	return isSection(use) && typeof use[key] === "string" ? use[key] : "";
}

function omit(section: Section, key: string): Section {
	const { [key]: _left, ...rest } = section;
	return rest;
}

function isSection(given: unknown): given is Section {
	return typeof given === "object" && given !== null && !Array.isArray(given);
}
