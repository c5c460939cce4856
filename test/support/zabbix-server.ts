import { type ChildProcess, execFileSync, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import {
	chmodSync,
	chownSync,
	closeSync,
	cpSync,
	existsSync,
	globSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { freePort } from "./exim.ts";
import { type ZabbixApi, zabbixApi } from "./zabbix-api.ts";

const SERVER = "/usr/sbin/zabbix_server";
const SENDER = "/usr/bin/zabbix_sender";
const FRONTEND = "/usr/share/zabbix";
const TABLES = "/usr/share/zabbix-server-pgsql";
const PACKAGES = "php8.2-cgi php-cli php-pgsql postgresql zabbix-server-pgsql zabbix-agent zabbix-frontend-php";
/** What the packaged systemd unit gives; external checks inherit it. */
const SERVER_ENV = {
	PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
	LANG: "C.UTF-8",
	USER: "zabbix",
	LOGNAME: "zabbix",
	HOME: "/nonexistent",
	SHELL: "/usr/sbin/nologin",
};
/** The rows that a frontend needs to let somebody in. The rest of data.sql are templates, which take seconds to load. */
const NEEDED_ROWS =
	/^(?:START TRANSACTION|COMMIT|INSERT INTO (?:role|role_rule|users|usrgrp|users_groups|hstgrp|config|config_autoreg_tls|graph_theme|globalmacro|regexps|expressions) )/;

/** Debian's Zabbix 6.0 with its database and frontend, in a folder of its own, on loopback. */
export interface ZabbixServer extends ZabbixApi {
	/** Of the server itself: what zabbix_sender talks to. */
	readonly port: number;
	/** Of the frontend, without a slash at its end. */
	readonly url: string;
	/** Where external checks are put; user zabbix must be able to run them. */
	readonly externalScripts: string;
	/** Starts the server. What was created before by the API is known to it at once; what comes later takes seconds. */
	start(): Promise<void>;
	/** Kills the server itself, with all its processes; the database and the frontend go on, and it can be started again. */
	kill(): Promise<void>;
	/** Processor time that the server's processes have used since it was started, ms; those that have ended and its database are not in it. */
	cpuMs(): number;
	/** Sends a value to a trapper item with zabbix_sender; again where the server does not know the item yet. */
	send(host: string, key: string, value: string): Promise<void>;
	log(): string;
	close(): Promise<void>;
}

/** What is missing for a Zabbix server, in words; undefined where nothing is. */
export function whatZabbixLacks(): string | undefined {
	const isThere = [
		SERVER,
		"/usr/bin/zabbix_sender",
		join(FRONTEND, "api_jsonrpc.php"),
		join(TABLES, "schema.sql.gz"),
		"/usr/bin/php",
	].every((file) => existsSync(file));
	if (!isThere || postgresPrograms() === undefined) return `needs Zabbix: apt-get install ${PACKAGES}`;
	if (process.getuid?.() !== 0) return "needs root, to become postgres and zabbix";
	return undefined;
}

/**
 * Sets up the database and the frontend; the server starts with `start()`.
 *
 * @param timeoutS Zabbix's own Timeout: how long an external check may take
 * @param settings further lines of its configuration, given the folder that user zabbix can read
 */
export async function setUpZabbix({
	timeoutS = 3,
	settings = () => "",
}: {
	readonly timeoutS?: number;
	readonly settings?: (folder: string) => string;
} = {}): Promise<ZabbixServer> {
	const lack = whatZabbixLacks();
	if (lack !== undefined) throw new Error(`this test ${lack}`);
	const folder = mkdtempSync(join(tmpdir(), "zabbix-"));
	// The accounts of the servers have to get in.
	chmodSync(folder, 0o755);
	const running: Running[] = [];
	// What a broken-off run would leave behind.
	const killAll = () => {
		for (const { kill } of running) kill();
	};
	process.once("exit", killAll);
	const close = async () => {
		// The database last: a server that has lost it does not end when it is asked to.
		for (const { stop } of running.splice(0).reverse()) await stop();
		process.off("exit", killAll);
		rmSync(folder, { recursive: true, force: true });
	};
	try {
		for (const name of ["run", "tmp", "log", "ext", "alert"]) mkdirSync(join(folder, name));
		const zabbix = account("zabbix");
		for (const name of ["run", "tmp", "log"]) chownSync(join(folder, name), zabbix.uid, zabbix.gid);
		const databasePort = await freePort();
		running.push(await startDatabase(join(folder, "database"), databasePort));
		const port = await freePort();
		const [url, frontend] = await startFrontend(join(folder, "frontend"), databasePort, port);
		running.push(frontend);
		let server: Running | undefined;
		const log = () => read(join(folder, "log/server.log")) + read(join(folder, "log/server.out"));
		return {
			...(await zabbixApi(`${url}/api_jsonrpc.php`)),
			port,
			url,
			externalScripts: join(folder, "ext"),
			async start() {
				const config = join(folder, "server.conf");
				writeFileSync(config, serverConfiguration(folder, port, databasePort, timeoutS) + settings(folder));
				const out = join(folder, "log/server.out");
				const starts = () => log().split("[trapper #1]").length;
				const before = starts();
				server = launch(SERVER, ["-f", "-c", config], { cwd: "/", env: SERVER_ENV }, "SIGTERM", out);
				running.push(server);
				await until(() => starts() > before, server, log);
			},
			async kill() {
				if (!server) return;
				running.splice(running.indexOf(server), 1);
				server.kill();
				await server.stop();
				server = undefined;
			},
			cpuMs: () => groupCpuMs(server?.process.pid),
			async send(host, key, value) {
				const to = ["-z", "127.0.0.1", "-p", `${port}`, "-s", host, "-k", key, "-o", value];
				for (let tries = 0; ; tries++) {
					const { status, stdout } = spawnSync(SENDER, to, { encoding: "utf8" });
					if (status === 0) return;
					if (tries > 50) throw new Error(`${host} ${key}: ${stdout}`);
					await new Promise((resolve) => setTimeout(resolve, 100));
				}
			},
			log,
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

async function startDatabase(folder: string, port: number): Promise<Running> {
	const bin = postgresPrograms() as string;
	const postgres = account("postgres");
	mkdirSync(folder);
	chownSync(folder, postgres.uid, postgres.gid);
	const data = join(folder, "data");
	const as = { cwd: folder, ...postgres, env: SERVER_ENV };
	const how = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
	execFileSync(join(bin, "initdb"), ["-D", data, ...how], { ...as, stdio: "pipe" });
	// Nothing of it outlives the test, so nothing is synced to disk.
	const settings = {
		listen_addresses: "127.0.0.1",
		port,
		unix_socket_directories: "",
		fsync: "off",
		synchronous_commit: "off",
		full_page_writes: "off",
		wal_level: "minimal",
		max_wal_senders: 0,
		autovacuum: "off",
		max_connections: 150,
	};
	const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
	const log = join(folder, "postgres.log");
	const database = launch(join(bin, "postgres"), ["-D", data, ...options], as, "SIGQUIT", log);
	const sql = (user: string, name: string, text: string) =>
		execFileSync(
			join(bin, "psql"),
			["-qX", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", `${port}`, "-U", user, name],
			{
				input: text,
				stdio: ["pipe", "ignore", "pipe"],
			},
		);
	await until(
		() => read(log).includes("ready to accept connections"),
		database,
		() => read(log),
	);
	sql("postgres", "postgres", "create role zabbix login; create database zabbix owner zabbix;");
	const unpacked = (name: string) => gunzipSync(readFileSync(join(TABLES, name))).toString();
	const rows = unpacked("data.sql.gz")
		.split("\n")
		.filter((line) => NEEDED_ROWS.test(line));
	sql("zabbix", "zabbix", `${unpacked("schema.sql.gz")}\n${rows.join("\n")}`);
	return database;
}

/** Serves a copy of the frontend: Debian's reads its settings in /etc, wherever it lies. */
async function startFrontend(folder: string, databasePort: number, port: number): Promise<[string, Running]> {
	const heavy = ["assets", "audio", "js", "locale", "data"].map((name) => join(FRONTEND, name));
	cpSync(FRONTEND, folder, { recursive: true, filter: (path) => !heavy.includes(path) });
	for (const path of heavy) if (existsSync(path)) symlinkSync(path, join(folder, path.slice(FRONTEND.length)));
	const settings = join(folder, "conf/zabbix.conf.php");
	rmSync(settings, { force: true });
	writeFileSync(
		settings,
		`<?php
$DB = ['TYPE' => 'POSTGRESQL', 'SERVER' => '127.0.0.1', 'PORT' => '${databasePort}', 'DATABASE' => 'zabbix', 'USER' => 'zabbix',
	'PASSWORD' => '', 'SCHEMA' => '', 'ENCRYPTION' => false, 'KEY_FILE' => '', 'CERT_FILE' => '', 'CA_FILE' => '',
	'VERIFY_HOST' => false, 'CIPHER_LIST' => '', 'VAULT_URL' => '', 'VAULT_DB_PATH' => '', 'VAULT_TOKEN' => '',
	'DOUBLE_IEEE754' => true];
$ZBX_SERVER = '127.0.0.1';
$ZBX_SERVER_PORT = '${port}';
$ZBX_SERVER_NAME = 'test';
$IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;
`,
	);
	const reader = join(folder, "include/classes/core/CConfigFile.php");
	const text = readFileSync(reader, "utf8").replace(/CONFIG_FILE_PATH = '[^']*'/, `CONFIG_FILE_PATH = '${settings}'`);
	writeFileSync(reader, text);
	const webPort = await freePort();
	const limits = { post_max_size: "16M", max_execution_time: 300, max_input_time: 300, memory_limit: "256M" };
	const options = Object.entries({ ...limits, "date.timezone": "UTC" }).flatMap(([name, is]) => [
		"-d",
		`${name}=${is}`,
	]);
	const log = join(folder, "../log/php.log");
	const args = [...options, "-S", `127.0.0.1:${webPort}`, "-t", folder];
	const frontend = launch("/usr/bin/php", args, { cwd: folder, env: SERVER_ENV }, "SIGTERM", log);
	const url = `http://127.0.0.1:${webPort}`;
	const version = { jsonrpc: "2.0", method: "apiinfo.version", params: {}, id: 1 };
	const request = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(version) };
	const isUp = () =>
		fetch(`${url}/api_jsonrpc.php`, request).then(
			async (response) => (await response.text()).includes('"result"'),
			() => false,
		);
	await until(isUp, frontend, () => read(log));
	return [url, frontend];
}

/** The fewest processes that do everything; changes of the configuration are read every second. */
function serverConfiguration(folder: string, port: number, databasePort: number, timeoutS: number): string {
	return `ListenIP=127.0.0.1
ListenPort=${port}
SourceIP=127.0.0.1
LogType=file
LogFile=${folder}/log/server.log
LogFileSize=0
PidFile=${folder}/run/server.pid
SocketDir=${folder}/run
TmpDir=${folder}/tmp
DBHost=127.0.0.1
DBPort=${databasePort}
DBName=zabbix
DBUser=zabbix
ExternalScripts=${folder}/ext
AlertScriptsPath=${folder}/alert
Timeout=${timeoutS}
CacheUpdateFrequency=1
StartPollers=3
StartTrappers=3
StartPingers=0
StartDiscoverers=0
StartHTTPPollers=1
StartPreprocessors=1
StartHistoryPollers=1
StartAlerters=1
StartDBSyncers=1
StartLLDProcessors=1
StartProxyPollers=0
HousekeepingFrequency=0
`;
}

/** A server that was started, in a process group of its own. */
interface Running {
	readonly process: ChildProcess;
	/** Ends it kindly, and after 4 s by force. */
	stop(): Promise<void>;
	kill(): void;
}

function launch(
	program: string,
	args: readonly string[],
	options: SpawnOptions,
	signal: NodeJS.Signals,
	log: string,
): Running {
	const out = openSync(log, "a");
	const child = spawn(program, args, { ...options, detached: true, stdio: ["ignore", out, out] });
	closeSync(out);
	const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()).once("error", () => resolve()));
	const kill = () => {
		try {
			if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
		} catch {
			// The whole group is gone already.
		}
	};
	return {
		process: child,
		kill,
		async stop() {
			child.kill(signal);
			const late = setTimeout(kill, 4_000);
			await ended;
			clearTimeout(late);
			kill();
		},
	};
}

async function until(
	isTrue: () => boolean | Promise<boolean>,
	{ process: child }: Running,
	log: () => string,
): Promise<void> {
	for (let tries = 0; !(await isTrue()); tries++) {
		if (tries > 400 || child.exitCode !== null || child.pid === undefined) {
			throw new Error(`${child.spawnfile} does not start:\n${log()}`);
		}
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

/** proc(5): the process group is field 5, times are fields 14 and 15 in ticks of 10 ms, and with children 16 and 17. */
function groupCpuMs(group: number | undefined): number {
	const times = globSync("/proc/[0-9]*/stat").map((file) => {
		const fields = readIfThere(file)
			.replace(/^.*\) /s, "")
			.split(" ");
		const own = [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0);
		return Number(fields[2]) === group ? own * 10 : 0;
	});
	return times.reduce((sum, ms) => sum + ms, 0);
}

/** A process may end while its file is read. */
function readIfThere(file: string): string {
	try {
		return readFileSync(file, "utf8");
	} catch {
		return "";
	}
}

function postgresPrograms(): string | undefined {
	return globSync("/usr/lib/postgresql/*/bin/postgres")
		.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }))
		.at(-1)
		?.replace(/\/postgres$/, "");
}

function account(name: string): { readonly uid: number; readonly gid: number } {
	const id = (flag: string) => Number(execFileSync("id", [flag, name], { encoding: "utf8" }));
	return { uid: id("-u"), gid: id("-g") };
}

function read(file: string): string {
	return existsSync(file) ? readFileSync(file, "utf8") : "";
}
