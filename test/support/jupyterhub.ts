import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./exim.ts";

const PROGRAM = "/usr/bin/jupyterhub";

/** A real JupyterHub with its proxy. */
export interface JupyterHub {
	/** The public address, served by the proxy. */
	readonly url: string;
	/** The hub itself, behind the proxy. */
	readonly hubUrl: string;
	/** Calls the API as an admin and gives the status. */
	call(method: string, path: string): Promise<number>;
	/** What the API says of a user. */
	user(name: string): Promise<unknown>;
	/** Kills the proxy, and keeps the hub from starting it again until `during` is over; it then does so within seconds. */
	withoutProxy<T>(during: () => Promise<T>): Promise<T>;
	isUp(): Promise<boolean>;
	close(): Promise<void>;
}

/** Waits until something holds. */
export async function until(holds: () => Promise<boolean>, what: string, withinMs = 30_000): Promise<void> {
	const end = performance.now() + withinMs;
	while (!(await holds())) {
		if (performance.now() > end) throw new Error(`${what} did not come`);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

/** Starts Debian's JupyterHub (package jupyterhub) in a folder of its own. `token`: of a service that may do everything. */
export async function startJupyterHub(token: string): Promise<JupyterHub> {
	if (!existsSync(PROGRAM)) throw new Error("this test needs JupyterHub: apt-get install jupyterhub python3-statsd");
	const folder = mkdtempSync(join(tmpdir(), "jupyterhub-"));
	const [port, hubPort, proxyPort] = [await freePort(), await freePort(), await freePort()];
	const url = `http://127.0.0.1:${port}`;
	const pidFile = join(folder, "proxy.pid");
	const settings = {
		"JupyterHub.bind_url": url,
		"JupyterHub.hub_bind_url": `http://127.0.0.1:${hubPort}`,
		"ConfigurableHTTPProxy.api_url": `http://127.0.0.1:${proxyPort}`,
		"ConfigurableHTTPProxy.auth_token": "proxy-of-this-test",
		"ConfigurableHTTPProxy.pid_file": pidFile,
		"JupyterHub.db_url": `sqlite:///${folder}/hub.sqlite`,
		"JupyterHub.cookie_secret_file": join(folder, "cookie"),
		"JupyterHub.authenticator_class": "dummy",
		"JupyterHub.spawner_class": "simple",
	};
	const config = join(folder, "hub.py");
	const lines = Object.entries(settings).map(([name, value]) => `c.${name} = ${JSON.stringify(value)}\n`);
	writeFileSync(
		config,
		`c = get_config()\n${lines.join("")}c.Spawner.args = ["--allow-root"]\n` +
			`c.JupyterHub.services = [{"name": "probe", "api_token": ${JSON.stringify(token)}, "admin": True}]\n`,
	);
	const child = spawn(PROGRAM, ["-f", config], {
		cwd: folder,
		// Its proxy is a Node script of Debian's, which finds its packages only with Debian's Node.
		env: { PATH: "/usr/bin:/bin", NODE_PATH: "/usr/share/nodejs", HOME: folder },
		stdio: ["ignore", "ignore", "pipe"],
	});
	let log = "";
	child.stderr.on("data", (chunk: Buffer) => {
		log += chunk.toString();
	});
	const isUp = () =>
		fetch(`${url}/hub/health`).then(
			({ ok }) => ok,
			() => false,
		);
	const close = async () => {
		const ended = new Promise((resolve) => child.once("exit", resolve));
		if (child.exitCode === null && child.signalCode === null) {
			child.kill("SIGTERM");
			await ended;
		}
		rmSync(folder, { recursive: true, force: true });
	};
	const headers = { authorization: `token ${token}` };
	try {
		await until(isUp, "JupyterHub");
	} catch (error) {
		await close();
		throw new Error(`JupyterHub does not answer:\n${log}`, { cause: error });
	}
	return {
		url,
		hubUrl: `http://127.0.0.1:${hubPort}`,
		call: async (method, path) => (await fetch(`${url}/hub/api${path}`, { method, headers })).status,
		user: async (name) => (await fetch(`${url}/hub/api/users/${name}`, { headers })).json(),
		withoutProxy: async (during) => {
			child.kill("SIGSTOP");
			try {
				process.kill(Number(readFileSync(pidFile, "utf8").split("\n")[0]), "SIGKILL");
				return await during();
			} finally {
				child.kill("SIGCONT");
			}
		},
		isUp,
		close,
	};
}
