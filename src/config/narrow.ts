import type { Disk } from "./disk.ts";

/** The part of a configuration that somebody needs. */
export interface Part {
	readonly instance: string;
	/** Only this one of its checks. */
	readonly check?: string;
}

/** Reads less than there is. */
export interface Narrow {
	/** Lists only the check files that declare what is needed. */
	readonly disk: Disk;
	/** What is left of a file's data. */
	select(data: unknown): unknown;
}

type Section = Readonly<Record<string, unknown>>;

/** The sections of alerts.yaml that a look needs. */
const NEEDED = ["instances", "check_files", "checks", "store", "answers"];

/**
 * Leaves out of a configuration what a look at one instance, or one check of it, does not need: other instances, routes,
 * channels, the check files that are not used, and parents. Only for a configuration of which all is known to be in order:
 * mistakes in what is left out go unseen.
 */
export function narrow({ instance, check }: Part, disk: Disk): Narrow {
	let declared: readonly RegExp[] | undefined;
	const select = (data: unknown): unknown => {
		if (!isSection(data)) return data;
		// The first file is alerts.yaml; the others declare checks.
		if (declared !== undefined) return omit(data, "parents");
		const uses = (Array.isArray(data["checks"]) ? data["checks"] : []).filter(
			(use) =>
				check === undefined ||
				nameOf(use, "as") === check ||
				(nameOf(use, "as") === "" && nameOf(use, "use") === check),
		);
		declared = uses.map((use) => declarationOf(nameOf(use, "use")));
		const instances = isSection(data["instances"]) ? data["instances"] : {};
		const kept = Object.entries(data).filter(([key]) => NEEDED.includes(key));
		return {
			...Object.fromEntries(kept),
			instances: Object.fromEntries(Object.entries(instances).filter(([name]) => name === instance)),
			checks: uses.map((use) => (isSection(use) ? omit(use, "parents") : use)),
		};
	};
	return {
		select,
		disk: {
			...disk,
			list: (path) => disk.list(path)?.filter((file) => declared?.some((one) => one.test(disk.readText(file)))),
		},
	};
}

/** The name of a use, which is a text or a section; `as` is empty where it goes by its own name. */
function nameOf(use: unknown, key: "use" | "as"): string {
	if (typeof use === "string") return key === "use" ? use : "";
	return isSection(use) && typeof use[key] === "string" ? use[key] : "";
}

/** How a file says that it declares a check. One that says it in another way is not found, and all is read. */
function declarationOf(name: string): RegExp {
	return new RegExp(`^name:[ \\t]+["']?${RegExp.escape(name)}["']?[ \\t]*(?:#.*)?\\r?$`, "m");
}

function omit(section: Section, key: string): Section {
	const { [key]: _left, ...rest } = section;
	return rest;
}

function isSection(given: unknown): given is Section {
	return typeof given === "object" && given !== null && !Array.isArray(given);
}
