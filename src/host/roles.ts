import { basename } from "node:path";

/**
 * What a process is to DSS. jek: job kernel; fek: kernel of background tasks; jupyter: the notebook server; kernel: one
 * notebook; ml: a training; recipe: whatever a job kernel started; other: further programs under DSS's supervisord.
 */
export const ROLES = [
	"supervisord",
	"nginx",
	"backend",
	"jek",
	"fek",
	"jupyter",
	"kernel",
	"webapp",
	"ml",
	"recipe",
	"govern",
	"apimain",
	"other",
] as const;
export type Role = (typeof ROLES)[number];

/** The programs whose restart is the restart of the node. */
export const MAIN_ROLES: readonly Role[] = ["backend", "govern", "apimain"];

/** A whole argument, a property with a value, or the last part of a class name: never a word inside of something else. */
const JAVA_SIGNS: readonly (readonly [Role, RegExp])[] = [
	["backend", /^(?:-Ddku\.backend(?:=.*)?|(?:[\w$]+\.)*DSSBackendMain)$/],
	["govern", /^-Ddku\.governserver(?:=.*)?$/],
	["apimain", /^(?:-Ddku\.apimain(?:=.*)?|(?:[\w$]+\.)*apimain)$/],
	["jek", /^(?:-Ddku\.jek(?:=.*)?|(?:[\w$]+\.)*DSSJobKernelMain)$/],
	["fek", /^(?:-Ddku\.fek(?:=.*)?|(?:[\w$]+\.)*DSSFutureKernel(?:Name|Main))$/],
];

const PYTHON = /^python[\d.]*$/;
const JUPYTER = /^jupyter(?:-(?:notebook|lab|server))?$/;
const JUPYTER_MODULE = /^(?:notebook|jupyterlab|jupyter_server|jupyter)$/;
const KERNEL_MODULE = /^ipykernel(?:_launcher)?$/;

/**
 * The role that a command line claims by itself; undefined where it claims none. The program must be the right one, so an
 * editor or a grep with such words on its command line claims nothing. Case counts.
 */
export function signOf(args: readonly string[]): Role | undefined {
	const [program = "", ...rest] = args;
	if (program === "nginx:") return rest[0] === "master" ? "nginx" : undefined;
	const name = basename(program);
	if (name === "java") return JAVA_SIGNS.find(([, sign]) => rest.some((arg) => sign.test(arg)))?.[0];
	if (name === "nginx") return rest.includes("-c") ? "nginx" : undefined;
	if (name === "supervisord") return "supervisord";
	if (JUPYTER.test(name)) return "jupyter";
	if (name === "R") return rest.some((arg) => arg.startsWith("IRkernel::main")) ? "kernel" : undefined;
	if (!PYTHON.test(name)) return undefined;
	return pythonSign(rest);
}

function pythonSign(rest: readonly string[]): Role | undefined {
	const module = rest[rest.indexOf("-m") + 1];
	if (rest.includes("-m") && module !== undefined) {
		if (module === "dataiku.doctor.server") return "ml";
		if (module === "supervisor.supervisord") return "supervisord";
		if (KERNEL_MODULE.test(module)) return "kernel";
		if (JUPYTER_MODULE.test(module)) return "jupyter";
	}
	if (rest.includes("dataiku.doctor.server")) return "ml";
	// The script and its first words: what follows are file names of anybody's choice.
	const words = rest.slice(0, 3).map((arg) => basename(arg));
	if (words.includes("supervisord") || words.includes("supervisord.py")) return "supervisord";
	return words.some((word) => JUPYTER.test(word)) ? "jupyter" : undefined;
}

/** What a process without a sign of its own is, by what its parent is. */
export function inheritedRole(parent: Role, args: readonly string[]): Role {
	switch (parent) {
		case "nginx":
		case "kernel":
		case "webapp":
		case "ml":
		case "recipe":
			return parent;
		case "jupyter":
			return "kernel";
		case "jek":
			return "recipe";
		case "fek":
			return "ml";
		case "backend": {
			const name = basename(args[0] ?? "");
			return PYTHON.test(name) || name === "R" || name === "Rscript" ? "webapp" : "other";
		}
		case "supervisord":
		case "govern":
		case "apimain":
		case "other":
			return "other";
	}
}

/**
 * Makes the test whether a text names a data directory or something below it: as whole parts of a path, wherever in an
 * argument or class path it stands. `/data/dss` is not named by `/data/dss2` nor by `/mnt/data/dss`.
 *
 * @param folders the data directory, as given and without links
 */
export function naming(folders: readonly string[]): (text: string) => boolean {
	const some = [...new Set(folders)].map((folder) => RegExp.escape(folder.replace(/\/+$/, ""))).join("|");
	const pattern = new RegExp(`(?:^|[=:,;@'" ])(?:${some})(?=$|[/:,;'" ])`);
	return (text) => pattern.test(text);
}
