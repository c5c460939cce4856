import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KeyPair } from "./certificates.ts";

const EXIM = "/usr/sbin/exim4";
const ACCOUNT = "Debian-exim";

/** A real mail server: takes mail for ci.test from whoever logs in inside TLS, and puts it into one mailbox. */
export interface Exim {
	readonly port: number;
	start(): Promise<void>;
	stop(): Promise<void>;
	/** The mails in the mailbox as they were stored. */
	inbox(): readonly string[];
	/** What it wrote about connections and deliveries. */
	log(): string;
	close(): Promise<void>;
}

/**
 * Sets up Debian's Exim (package exim4-daemon-light) in a folder of its own; root only, as Exim asks for it.
 *
 * @param password of the account `alerts`
 */
export async function setUpExim({ cert, key }: KeyPair, password: string): Promise<Exim> {
	if (!existsSync(EXIM)) throw new Error("this test needs Exim: apt-get install exim4-daemon-light");
	const port = await freePort();
	const folder = mkdtempSync(join(tmpdir(), "exim-"));
	// Exim's own account has to get in.
	chmodSync(folder, 0o755);
	for (const name of ["spool", "log", "mail"]) mkdirSync(join(folder, name));
	writeFileSync(join(folder, "cert.pem"), cert);
	writeFileSync(join(folder, "key.pem"), key);
	execFileSync("chown", ["-R", `${ACCOUNT}:`, folder]);
	const config = join(folder, "exim.conf");
	writeFileSync(config, configuration(folder, port, password));
	let running: ChildProcess | undefined;

	const exim: Exim = {
		port,
		async start() {
			running = spawn(EXIM, ["-C", config, "-bdf", "-q1m"], { stdio: "ignore" });
			for (let tries = 0; !(await answers(port)); tries++) {
				if (tries > 100) throw new Error(`Exim does not answer:\n${exim.log()}`);
				await new Promise((resolve) => setTimeout(resolve, 50));
			}
		},
		async stop() {
			const child = running;
			running = undefined;
			if (child === undefined || child.exitCode !== null) return;
			const ended = new Promise((resolve) => child.once("exit", resolve));
			child.kill("SIGTERM");
			await ended;
		},
		inbox() {
			const box = join(folder, "mail/inbox/new");
			if (!existsSync(box)) return [];
			return readdirSync(box).map((name) => readFileSync(join(box, name), "utf8"));
		},
		log() {
			const main = join(folder, "log/mainlog");
			return existsSync(main) ? readFileSync(main, "utf8") : "";
		},
		async close() {
			await exim.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
	return exim;
}

function configuration(folder: string, port: number, password: string): string {
	return `
primary_hostname = mx.ci.test
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%slog
pid_file_path = ${folder}/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port}
tls_advertise_hosts = *
tls_certificate = ${folder}/cert.pem
tls_privatekey = ${folder}/key.pem
auth_advertise_hosts = \${if def:tls_in_cipher {*}{}}
acl_smtp_rcpt = acl_rcpt
never_users =
keep_environment =
disable_ipv6 = true
host_lookup =
begin acl
acl_rcpt:
  deny !authenticated = *
       message = authentication required
  accept domains = ci.test
  deny message = relay not permitted
begin routers
all:
  driver = accept
  transport = mailbox
begin transports
mailbox:
  driver = appendfile
  maildir_format
  directory = ${folder}/mail/inbox
  user = ${ACCOUNT}
  group = ${ACCOUNT}
  create_directory
  envelope_to_add
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{alerts}}{eq{$auth3}{${password}}}}}
  server_set_id = $auth2
`;
}

function answers(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(port, "127.0.0.1");
		socket.once("connect", () => {
			socket.destroy();
			resolve(true);
		});
		socket.once("error", () => resolve(false));
	});
}

/** A free port below those that the system hands out for outgoing connections. */
export async function freePort(): Promise<number> {
	for (let tries = 0; tries < 50; tries++) {
		const port = 20_000 + Math.floor(Math.random() * 12_000);
		const server = createServer();
		const isFree = await new Promise<boolean>((resolve) => {
			server.once("error", () => resolve(false));
			server.listen(port, "127.0.0.1", () => resolve(true));
		});
		await new Promise((resolve) => server.close(resolve));
		if (isFree) return port;
	}
	throw new Error("no free port found");
}
