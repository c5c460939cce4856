import { chmodSync, writeFileSync } from "node:fs";
import { maxHeaderSize } from "node:http";
import { isBuiltin } from "node:module";
import { resolve } from "node:path";
import { build, type Plugin } from "rolldown";
import { noticesOf } from "./notices.ts";

const ROOT = resolve(import.meta.dirname, "..");

/**
 * Takes Node's own modules with `process.getBuiltinModule`, and only when something of them is used. An import statement
 * makes Node read every one of their exports, also those that load more when they are read: node:http alone then costs as
 * long as Node's whole start, and so does node:crypto, which a check over plain HTTP never needs.
 */
const builtins: Plugin = {
	name: "builtins",
	resolveId(source, importer) {
		// The bundler's own runtime needs node:module before anything else runs.
		if (!isBuiltin(source) || /^(?:node:)?module$/.test(source)) return null;
		if (source === "node:http" && importer?.includes("/undici/")) return { id: UNDICI_HTTP, moduleSideEffects: false };
		return { id: `\0${source.startsWith("node:") ? source : `node:${source}`}`, moduleSideEffects: false };
	},
	load(id) {
		if (id === UNDICI_HTTP) return { code: LAZY_HTTP, moduleType: "js" };
		return id.startsWith("\0node:") ? { code: standIn(id.slice(1)), moduleType: "js" } : null;
	},
};

/**
 * While it is loaded, undici takes two things from node:http, which costs as long as Node's whole start: the class of incoming
 * messages, to know one that is handed in as a body, which nobody here does, and the largest head, which is Node's default.
 */
const UNDICI_HTTP = "\0undici-http";
const LAZY_HTTP = `const own = { IncomingMessage: class {}, maxHeaderSize: ${maxHeaderSize} };
	const real = (key) => process.getBuiltinModule("node:http")[key];
	module.exports = new Proxy(own, { get: (_, key) => own[key] ?? real(key) });`;

/** The code of a CommonJS module that stands for one of Node's own. */
function standIn(name: string): string {
	const get = `process.getBuiltinModule(${JSON.stringify(name)})`;
	const exported: unknown = process.getBuiltinModule(name);
	if (name === "node:assert") return ASSERT;
	// Other functions, and the process itself, cannot be stood in for.
	if (typeof exported !== "object" || exported === null || exported === process) return `module.exports = ${get};`;
	// undici reads these numbers and names of the HTTP/2 standard when it is loaded; they are the same in every Node.
	const fixed = name === "node:http2" && "constants" in exported ? exported.constants : undefined;
	return `let real;
		for (const key of ${JSON.stringify(Object.keys(exported))}) {
			Object.defineProperty(exports, key, { configurable: true, enumerable: true, get: () => (real ??= ${get})[key] });
		}
		${fixed ? `Object.defineProperty(exports, "constants", { value: ${JSON.stringify(fixed)} });` : ""}`;
}

/** An assertion that holds needs nothing; Node's own, which brings the difference of texts along, tells of the others. */
const ASSERT = `const real = () => process.getBuiltinModule("node:assert");
	module.exports = new Proxy((...given) => (given[0] ? undefined : real()(...given)), { get: (_, key) => real()[key] });`;

/** Escapes what is not ASCII: V8 reads such files twice as fast, and keeps them in half the memory. */
const ascii: Plugin = {
	name: "ascii",
	generateBundle(_options, files) {
		for (const file of Object.values(files)) {
			if (file.type !== "chunk") continue;
			file.code = file.code.replace(
				/[\u0080-\uffff]/g,
				(odd) => `\\u${odd.charCodeAt(0).toString(16).padStart(4, "0")}`,
			);
		}
	},
};

/**
 * Bundles the program into `folder`: an entry, the chunk that every look at a check needs, and one chunk for each thing
 * that only some verbs need. Nothing is left to be found under node_modules. The licences of what was bundled lie beside it.
 *
 * @param folder is emptied first; package.json and checks/ are expected beside it
 */
export async function bundle(folder: string): Promise<void> {
	const { output } = await build({
		cwd: ROOT,
		input: { main: "src/main.ts" },
		platform: "node",
		plugins: [builtins, ascii],
		// undici's own word for being bundled: leaves out a second parser of HTTP that is not in use.
		transform: { define: { esbuildDetection: "true" } },
		output: {
			dir: folder,
			cleanDir: true,
			format: "esm",
			minify: true,
			entryFileNames: "[name].js",
			chunkFileNames: "[name]-[hash].js",
			// Fewer files start faster, and with these one verb in Zabbix starts every second.
			codeSplitting: {
				groups: [
					{ name: "questions", test: /src\/cli\/(?:zabbix|say)\.ts$/, priority: 2 },
					{ name: "nagios", test: /src\/cli\/nagios\.ts$/, priority: 1 },
					{ name: "check", test: /src\/cli\/own-look\.ts$/, priority: 1 },
					{ name: "http", test: /src\/probe\/http\.ts$/, priority: 0 },
				],
			},
		},
	});
	chmodSync(resolve(folder, "main.js"), 0o755);
	const modules = output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
	writeFileSync(resolve(folder, "THIRD-PARTY.txt"), noticesOf(modules));
}

if (import.meta.main) {
	await bundle(resolve(ROOT, "dist"));
	// Only now: a test that bundles into a folder of its own has no use for the page, and it loads the whole command line.
	const { writeManPage } = await import("./man.ts");
	writeManPage(resolve(ROOT, "dist/dss-probe.1"));
}
