import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
	chmodSync,
	chownSync,
	copyFileSync,
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { validate } from "dockerfile-utils";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { buildImage, type Image } from "../support/image.ts";
import { aDss, SECRETS } from "../support/program.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const CONTAINER = join(ROOT, "deploy/container");
const dockerfile = readFileSync(join(CONTAINER, "Dockerfile"), "utf8");

let folder: string;
let image: Image;

/** Lays a program with its libraries into the root of an image, as the base image would have it. */
function layIn(root: string, program: string, at: string): void {
	const libraries = [...execFileSync("ldd", [program], { encoding: "utf8" }).matchAll(/(\/\S+) \(0x/g)].map(
		([, path]) => path as string,
	);
	for (const [from, to] of [[program, at], ...libraries.map((path) => [path, path])] as const) {
		mkdirSync(dirname(join(root, to)), { recursive: true });
		copyFileSync(from, join(root, to));
		chmodSync(join(root, to), 0o755);
	}
}

/** What the context of a build is, by the file that keeps everything else out. */
function contextOf(ignore: string, to: string): void {
	const [all, ...kept] = ignore.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
	expect(all).toBe("*");
	for (const line of kept) {
		expect(line).toMatch(/^!/);
		cpSync(join(ROOT, line.slice(1)), join(to, line.slice(1)), { recursive: true });
	}
}

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "dss-probe-image-"));
	chmodSync(folder, 0o755);
	const context = join(folder, "context");
	contextOf(readFileSync(join(CONTAINER, "Dockerfile.dockerignore"), "utf8"), context);
	image = await buildImage(
		join(CONTAINER, "Dockerfile"),
		context,
		folder,
		`${dirname(process.execPath)}:/usr/bin:/bin`,
	);
	layIn(image.root, process.execPath, "/usr/local/bin/node");
	layIn(image.root, "/usr/bin/setpriv", "/usr/bin/setpriv");
	layIn(image.root, "/usr/bin/env", "/usr/bin/env");
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const QUICK = "every: 1s, retry_every: 1s, timeout: 1s";

/** A store, a configuration and a secret, as compose.yaml lays them into the container. */
async function aHost() {
	const dss = await aDss();
	const host = mkdtempSync(join(folder, "host-"));
	chmodSync(host, 0o755);
	const [store, etc, secrets] = ["store", "etc", "secrets"].map((name) => join(host, name)) as [string, string, string];
	cpSync(join(image.root, "var/lib/dss-probe"), store, { recursive: true });
	const { uid, gid } = statSync(join(image.root, "var/lib/dss-probe"));
	chownSync(store, uid, gid);
	for (const place of [etc, secrets]) mkdirSync(place);
	writeFileSync(join(secrets, "dss_api_key"), `${SECRETS.DSS_KEY}\n`, { mode: 0o400 });
	chownSync(join(secrets, "dss_api_key"), 10_001, 10_001);
	writeFileSync(
		join(etc, "alerts.yaml"),
		`instances: { design: { url: "${dss.url}", api_key: "\${file:/run/secrets/dss_api_key}" } }
check_files: [/opt/dss-probe/checks]
checks: [{ use: get-configuration, ${QUICK} }, { use: public-api, ${QUICK} }]
routes: [{ to: [] }]
store: /var/lib/dss-probe/dss-probe.db
web: { listen: "127.0.0.1:0" }
`,
	);
	const command = (words: readonly string[]) => {
		const script = join(import.meta.dirname, "run_image.sh");
		return ["--mount", "bash", script, image.root, store, etc, secrets, image.user, image.workdir, ...words];
	};
	const env = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ...image.env };
	return {
		store,
		run: async (words: readonly string[]) => {
			try {
				return { code: 0, ...(await promisify(execFile)("unshare", command(words), { env })) };
			} catch (error) {
				return error as { code: number; stdout: string; stderr: string };
			}
		},
		start(words: readonly string[]) {
			const child = spawn("unshare", command(words), { env, stdio: ["ignore", "pipe", "pipe"] });
			const ended = once(child, "close");
			onTestFinished(async () => {
				if (child.exitCode === null) child.kill("SIGKILL");
				await ended;
			});
			let err = "";
			child.stderr.on("data", (part) => {
				err += part;
			});
			return { child, ended, err: () => err };
		},
	};
}

test("the linter finds nothing wrong with the Dockerfile", () => {
	expect(validate(dockerfile)).toEqual([]);
	// It would find something.
	expect(validate(dockerfile.replace("WORKDIR /build", "WORKDIRR /build"))).not.toEqual([]);
});

test("the linter finds nothing wrong with compose.yaml", async () => {
	const lint = join(ROOT, "node_modules/.bin/dclint");
	const { stdout } = await promisify(execFile)(lint, ["--max-warnings", "0", join(CONTAINER, "compose.yaml")]);
	expect(stdout.trim()).toBe("");
});

test("compose.yaml runs the image as the Dockerfile means it", () => {
	const { services } = parse(readFileSync(join(CONTAINER, "compose.yaml"), "utf8"));
	const service = services["dss-probe"];
	expect(resolve(CONTAINER, service.build.context)).toBe(ROOT);
	expect(existsSync(join(ROOT, service.build.dockerfile))).toBe(true);
	expect(service.user).toBe(image.user);
	expect(service.healthcheck.test).toEqual(["CMD", ...image.health]);
	expect(service).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
});

test("the image holds the program and nothing of its making", () => {
	const home = join(image.root, "opt/dss-probe");
	expect(readdirSync(home).toSorted()).toEqual(["LICENSE", "alerts.yaml", "checks", "dist", "package.json"]);
	expect(image.user).toBe("10001:10001");
});

test("the image runs with a read-only root and no right, says that it is healthy, and ends cleanly", async () => {
	const host = await aHost();
	expect(await host.run(image.health)).toMatchObject({ code: 1, stdout: expect.stringContaining("no daemon runs") });

	const daemon = host.start([...image.entrypoint, ...image.command]);
	await expect.poll(daemon.err, { timeout: 15_000 }).toMatch(/"watching"/);
	const health = await host.run(image.health);
	expect(health).toMatchObject({
		code: 0,
		stdout: "watches 2 checks on 1 instance; no incident is open\n",
		stderr: "",
	});
	const [, url = ""] = /"url":"([^"]+)"/.exec(daemon.err()) ?? [];
	await expect
		.poll(async () => (await fetch(`${url}/metrics`)).text(), { timeout: 10_000 })
		.toMatch(/dss_probe_check_level\{instance="design",check="public-api"\} 0/);
	// What it wrote lies in the volume; everywhere else it may not.
	expect(readdirSync(host.store)).toContain("dss-probe.db");
	const write =
		"process.exitCode = (() => { try { fs.writeFileSync('/opt/x', ''); return 0 } catch (e) { console.log(e.code); return 9 } })()";
	expect(await host.run(["node", "-e", write])).toMatchObject({ code: 9, stdout: "EROFS\n" });

	daemon.child.kill(image.stopSignal as NodeJS.Signals);
	expect(await daemon.ended).toEqual([0, null]);
	expect(daemon.err()).not.toMatch(/"level":"(?:warn|error)"/);
	expect(await host.run(image.health)).toMatchObject({ code: 1 });
});

test("a daemon that hangs is not healthy", async () => {
	const host = await aHost();
	const daemon = host.start([...image.entrypoint, ...image.command]);
	await expect.poll(daemon.err, { timeout: 15_000 }).toMatch(/"watching"/);
	daemon.child.kill("SIGSTOP");
	const health = await host.run(image.health);
	daemon.child.kill("SIGCONT");
	expect(health).toMatchObject({ code: 1, stdout: "dss-probe: dss-probe has not answered within 3 s\n" });
});
