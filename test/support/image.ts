import { execFile } from "node:child_process";
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { DockerfileParser, type Instruction, ModifiableInstruction } from "dockerfile-ast";

/** What a Dockerfile says of how its image is run. */
export interface Image {
	readonly root: string;
	readonly env: Readonly<Record<string, string>>;
	readonly user: string;
	readonly workdir: string;
	readonly entrypoint: readonly string[];
	readonly command: readonly string[];
	readonly health: readonly string[];
	readonly stopSignal: string;
}

interface Stage {
	readonly name: string | undefined;
	readonly root: string;
	workdir: string;
}

/**
 * Carries out a Dockerfile in plain folders, one for each stage, without an engine. A FROM makes an empty folder: what the base
 * image brings is the caller's to lay in. A word that this does not know is an error, so that nothing is passed over.
 *
 * @param context the folder that COPY takes from
 * @param folder where the stages go
 * @param path the folders in which RUN finds its programs. Its working folder is the stage's WORKDIR, its environment ours: a
 * machine may reach registries only by what stands there
 */
export async function buildImage(file: string, context: string, folder: string, path: string): Promise<Image> {
	const stages: Stage[] = [];
	const env: Record<string, string> = {};
	let [user, stopSignal] = ["0:0", "SIGTERM"];
	let entrypoint: string[] = [];
	let command: string[] = [];
	let health: string[] = [];
	for (const instruction of DockerfileParser.parse(readFileSync(file, "utf8")).getInstructions()) {
		const word = instruction.getKeyword();
		const text = argumentsOf(instruction);
		const stage = stages.at(-1);
		if (word === "FROM") {
			const root = join(folder, `stage-${stages.length}`);
			mkdirSync(root);
			stages.push({ name: / AS (\S+)$/i.exec(text)?.[1], root, workdir: "/" });
			[entrypoint, command, health] = [[], [], []];
			continue;
		}
		if (!stage) throw new Error(`${word} stands before FROM`);
		if (word === "WORKDIR") {
			stage.workdir = resolve(stage.workdir, text);
			mkdirSync(join(stage.root, stage.workdir), { recursive: true });
		} else if (word === "COPY") copy(instruction, stage, stages, context);
		else if (word === "RUN") {
			const cwd = join(stage.root, stage.workdir);
			await promisify(execFile)("/bin/sh", ["-c", text], { cwd, env: { ...process.env, PATH: path } });
		} else if (word === "ENV") {
			const [, name = "", value = ""] = /^(\w+)=(.*)$/.exec(text) ?? [];
			env[name] = value;
		} else if (word === "USER") user = text;
		else if (word === "STOPSIGNAL") stopSignal = text;
		else if (word === "ENTRYPOINT") entrypoint = JSON.parse(text);
		else if (word === "CMD") command = JSON.parse(text);
		else if (word === "HEALTHCHECK") health = JSON.parse(text.slice(text.indexOf("CMD ") + 4));
		else if (word !== "VOLUME" && word !== "EXPOSE") throw new Error(`${word} is not known here`);
	}
	const { root = "", workdir = "/" } = stages.at(-1) ?? {};
	return { root, env, user, workdir, entrypoint, command, health, stopSignal };
}

function argumentsOf(instruction: Instruction): string {
	return instruction.getRawArgumentsContent() ?? "";
}

function copy(instruction: Instruction, to: Stage, stages: readonly Stage[], context: string): void {
	const flags = instruction instanceof ModifiableInstruction ? instruction.getFlags() : [];
	const flag = (wanted: string) => flags.find((one) => one.getName() === wanted)?.getValue() ?? undefined;
	const places = argumentsOf(instruction).split(/\s+/);
	const from = flag("from") === undefined ? context : stages.find(({ name }) => name === flag("from"))?.root;
	if (from === undefined) throw new Error(`there is no stage ${flag("from")}`);
	const place = places.at(-1) ?? "";
	const target = join(to.root, resolve(to.workdir, place));
	for (const source of places.slice(0, -1)) {
		const path = join(from, source);
		// A file goes into a folder, a folder's contents go into a folder, as the builder has it.
		const isInto = place.endsWith("/") && !source.endsWith("/");
		const end = isInto ? join(target, source.split("/").at(-1) ?? "") : target;
		mkdirSync(dirname(end), { recursive: true });
		cpSync(path, end, { recursive: true });
		const [uid, gid] = (flag("chown") ?? "0:0").split(":").map(Number);
		if (existsSync(end)) chownSync(end, uid ?? 0, gid ?? 0);
	}
}
