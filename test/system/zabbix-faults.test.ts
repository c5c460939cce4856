import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
	chmodSync,
	chownSync,
	cpSync,
	existsSync,
	linkSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../../build/bundle.ts";
import { wrapperText } from "../../src/cli/wrapper.ts";
import type { CheckReport } from "../../src/model/report.ts";
import { makeAuthority } from "../support/certificates.ts";
import {
	answer,
	type Behaviour,
	closedPort,
	dssError,
	faultServer,
	hang,
	page,
	raw,
	rawThenClose,
	reset,
} from "../support/fault-server.ts";
import { anInstanceReport, aReport } from "../support/reports.ts";
import { inTurns } from "../support/turns.ts";

/** Zabbix's own limit, from the start of the process to its end. */
const LIMIT_MS = 3_000;
const ROOT = resolve(import.meta.dirname, "../..");
/** A machine that is busy with other things is late, too: then it is tried again. */
const PATIENT = { retry: 2 };
const isRoot = process.getuid?.() === 0;

let folder: string;
let main: string;
let good: string;
const closing: (() => unknown)[] = [];
const authority = makeAuthority();

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "zabbix-faults-"));
	chmodSync(folder, 0o755);
	main = join(folder, "dist/main.js");
	await bundle(join(folder, "dist"));
	for (const part of ["package.json", "checks"]) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
	good = configured(await serving(answer("200 OK", '{"a":1}')));
});

afterAll(async () => {
	for (const close of closing.reverse()) await close();
	authority.close();
	rmSync(folder, { recursive: true, force: true });
});

async function serving(behave: Behaviour, options: Parameters<typeof faultServer>[1] = {}): Promise<string> {
	const server = await faultServer(behave, options);
	closing.push(() => server.close());
	return server.url;
}

let files = 0;
/** A configuration file, whole or by the address of its one instance. */
function configured(
	url: string,
	text = `instances: { design: { url: "${url}" } }\nchecks: [get-configuration]\n`,
): string {
	const file = join(folder, `alerts-${++files}.yaml`);
	writeFileSync(file, `${text}store: ${join(folder, `none-${files}.db`)}\n`);
	return file;
}

/** Something that listens where a daemon should, and what it does with a question. */
async function listening(behave: (socket: Socket) => void, mode = 0o600): Promise<string> {
	const path = join(folder, `${++files}.sock`);
	const server = createServer((socket) => {
		socket.on("error", () => {});
		closing.push(() => socket.destroy());
		socket.once("data", () => behave(socket));
	});
	server.listen(path);
	await once(server, "listening");
	chmodSync(path, mode);
	closing.push(() => server.close());
	return path;
}

const answering =
	(body: string, status = "200 OK") =>
	(socket: Socket) =>
		void socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n${body}`);
const reporting = (given: Partial<CheckReport> = {}) => {
	const now = Date.now();
	const report = aReport({ sampledAt: now, freshUntil: now + 60_000, level: "warning", ...given });
	return answering(JSON.stringify({ ok: true, value: anInstanceReport(report), warnings: [] }));
};

interface Given {
	readonly config?: string;
	readonly socket?: string;
	readonly words?: readonly string[];
	/** A shell line that runs the program as `"$@"`. */
	readonly shell?: string;
}

/** Processes that are under way at a time: what is measured is an answer, not how many a small machine can start at once. */
const AT_ONCE = 2;
const turns = inTurns(AT_ONCE);

/** Asks as Zabbix does, with nothing in the environment, and proves the answer to be one. */
const asked = (given: Given): Promise<string> => turns(() => askedNow(given));

function askedNow({
	config,
	socket,
	words = ["get", "design", "get-configuration"],
	shell = 'exec "$@"',
}: Given): Promise<string> {
	const env: Record<string, string> = { HOME: "/nonexistent", TMPDIR: folder };
	if (config !== undefined) env["DSS_PROBE_CONFIG"] = config;
	if (socket !== undefined) env["DSS_PROBE_SOCKET"] = socket;
	const began = performance.now();
	return new Promise((done, fail) => {
		const args = ["-c", shell, "sh", process.execPath, main, "zabbix", ...words];
		execFile("/bin/sh", args, { env, cwd: "/" }, (error, stdout, stderr) => {
			try {
				expect({ code: error?.code ?? 0, stderr }).toEqual({ code: 0, stderr: "" });
				expect(stdout).toMatch(/^[^\n]*\n$/);
				expect(performance.now() - began).toBeLessThan(LIMIT_MS);
				done(stdout.trimEnd());
			} catch (wrong) {
				fail(wrong);
			}
		});
	});
}

const CAUSE = ["get", "design", "get-configuration", "cause"];

/** What the target does, and what is told of it: verdict and cause. */
const TARGETS: readonly (readonly [string, () => Promise<string>, RegExp, RegExp])[] = [
	["refuses", async () => `http://127.0.0.1:${await closedPort()}`, /^2$/, /^connection_refused$/],
	["hangs before the head", () => serving(hang), /^2$/, /^backend_hanging$/],
	["hangs after the head", () => serving(raw("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{")), /^2$/, /^\w+$/],
	["never shakes hands", async () => (await serving(hang)).replace("http:", "https:"), /^2$/, /^\w+$/],
	["resets", () => serving(reset), /^2$/, /^connection_reset$/],
	["speaks something else", () => serving(rawThenClose("SSH-2.0-x\r\n")), /^2$/, /^not_http$/],
	["closes without a word", () => serving(rawThenClose("")), /^2$/, /^\w+$/],
	["is 502", () => serving(page("502 Bad Gateway", "502")), /^2$/, /^backend_down$/],
	["is 503", () => serving(page("503 Service Unavailable", "503")), /^2$/, /^backend_down$/],
	["is 500", () => serving(dssError("500 Internal", "x", "boom")), /^2$/, /^backend_error$/],
	["is 404", () => serving(page("404 Not Found", "404")), /^[23]$/, /^\w+$/],
	["is 429", () => serving(page("429 Too Many", "429")), /^2$/, /^rate_limited$/],
	["shows a login page", () => serving(page("200 OK", "Sign in")), /^2$/, /^(?:login_page|reply_not_json)$/],
	["redirects", () => serving(answer("302 Found", "", { location: "https://login.test/" })), /^2$/, /^redirected$/],
	[
		"is cut off",
		() => serving(rawThenClose("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{")),
		/^2$/,
		/^reply_truncated$/,
	],
	["answers no JSON", () => serving(answer("200 OK", "[1,")), /^2$/, /^\w+$/],
	[
		"has a certificate of its own",
		() => serving(hang, { tls: authority.selfSigned("IP:127.0.0.1") }),
		/^2$/,
		/^certificate_\w+$/,
	],
	[
		"has one that is over",
		() => serving(hang, { tls: authority.issue("IP:127.0.0.1", ["20200101000000Z", "20210101000000Z"]) }),
		/^2$/,
		/^certificate_\w+$/,
	],
	["has no name", async () => "http://no-such-host.invalid", /^[23]$/, /^\w+$/],
	["drops packets", async () => "http://[100::1]:9", /^[23]$/, /^\w+$/],
];

test.concurrent.each(TARGETS)("a target that %s", PATIENT, async (_name, target, verdict, cause) => {
	const config = configured(await target());
	expect(await asked({ config })).toMatch(verdict);
	expect(await asked({ config, words: CAUSE })).toMatch(cause);
});

/** What is wrong with the configuration, and what is told of it in words. */
const CONFIGS: readonly (readonly [string, () => string, RegExp])[] = [
	["is missing", () => join(folder, "none.yaml"), /no such file/],
	["is a folder", () => folder, /it is a folder/],
	["is empty", () => "/dev/null", /this file is empty/],
	["is no YAML", () => configured("", "instances: [\n"), /is no YAML|YAML/],
	["has an unknown key", () => configured("", "instnces: {}\n"), /unknown key "instnces"/],
	[
		"lacks a variable",
		() => configured("", 'instances: { design: { url: "${NEVER_SET}" } }\nchecks: [get-configuration]\n'),
		/NEVER_SET/,
	],
	[
		"lacks a file of a key",
		() => configured("", 'instances: { design: { url: "http://x", api_key: "${file:/nowhere}" } }\nchecks: []\n'),
		/nowhere/,
	],
	[
		"names a check that is missing",
		() => configured("", 'instances: { design: { url: "http://x" } }\nchecks: [nothing]\n'),
		/nothing/,
	],
	[
		"is a link to itself",
		() => {
			const link = join(folder, `loop-${++files}.yaml`);
			symlinkSync(link, link);
			return link;
		},
		/links go in a circle/,
	],
	[
		"is of another instance",
		() => configured("", 'instances: { other: { url: "http://x" } }\nchecks: [get-configuration]\n'),
		/no instance design/,
	],
];

test.each(CONFIGS)("a configuration that %s", PATIENT, async (_name, make, words) => {
	const config = make();
	const [value, json, discovered] = await Promise.all([
		asked({ config }),
		asked({ config, words: ["json", "design"] }),
		asked({ config, words: ["discover", "design"] }),
	]);
	expect(value).toBe("3");
	expect(JSON.parse(json)).toMatchObject({ probe: 0, verdict: 3, checks: [] });
	expect(JSON.parse(json).error).toMatch(words);
	expect(discovered).toMatch(/^dss-probe: /);
});

test("a store that is unreadable, and a job that no daemon ran, are unknown", PATIENT, async () => {
	const job =
		'instances: { design: { url: "http://127.0.0.1:9", api_key: k } }\nchecks: [{ use: canary-job, with: { project: P, output: o } }]\n';
	const broken = configured("", job);
	mkdirSync(join(folder, `none-${files}.db`));
	const garbage = configured("", job);
	writeFileSync(join(folder, `none-${files}.db`), "no database at all".repeat(1_000));
	const words = ["get", "design", "canary-job"];
	expect(await Promise.all([broken, garbage].map((config) => asked({ config, words })))).toEqual(["3", "3"]);
	expect(await asked({ config: garbage, words: [...words, "summary"] })).toMatch(/^the store .* cannot be read: /);
});

/** A socket of a daemon that died: bound, and nobody listens. */
async function staleSocket(): Promise<string> {
	const path = join(folder, `${++files}.sock`);
	const server = createServer();
	server.listen(path);
	await once(server, "listening");
	linkSync(path, `${path}.kept`);
	server.close();
	await once(server, "close");
	renameSync(`${path}.kept`, path);
	return path;
}

/** What the socket does, what is told where it is all there is, and what with a configuration at hand. */
const SOCKETS: readonly (readonly [string, () => Promise<string>, RegExp, string])[] = [
	["is not there", async () => join(folder, "none.sock"), /no dss-probe listens/, "0"],
	["is a file", async () => good, /is no socket/, "0"],
	["was left by a dead daemon", staleSocket, /no dss-probe listens/, "0"],
	["never answers", () => listening(() => {}), /not answered within|no answer within/, "0"],
	["closes at once", () => listening((socket) => socket.destroy()), /ended before it had answered/, "0"],
	[
		"speaks something else",
		() => listening((socket) => socket.end("SSH-2.0-x\r\n")),
		/ended before it had answered/,
		"0",
	],
	["answers half", () => listening((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n{"ok":tr')), /cut off/, "0"],
	["answers no report", () => listening(answering('{"ok":true,"value":{"x":1}}')), /same version/, "0"],
	["answers null", () => listening(answering("null")), /not understood/, "0"],
	["fails", () => listening(answering('{"ok":false,"text":"see its log"}', "500 Oops")), /see its log/, "0"],
	[
		"does not know the instance",
		() => listening(answering('{"ok":false,"code":"missing","text":"no instance design"}')),
		/no instance design/,
		"0",
	],
	["never stops", () => listening((socket) => endless(socket)), /no end|within/, "0"],
	["answers late", () => listening((socket) => void sleep(900).then(() => reporting()(socket))), /^$/, "[01]"],
	["knows only what was", () => listening(reporting({ sampledAt: 1, freshUntil: 2 })), /no fresh sample/, "0"],
	[
		"has seen nothing yet",
		() => listening(reporting({ level: "unknown", summary: "not sampled yet", sampledAt: 0, freshUntil: 0 })),
		/not sampled yet/,
		"0",
	],
	["may be written by anybody", () => listening(reporting(), 0o666), /anybody may write/, "0"],
];

test.concurrent.each(SOCKETS)("a socket that %s", PATIENT, async (_name, make, words, withConfig) => {
	const socket = await make();
	const value = await asked({ socket });
	const told = JSON.parse(await asked({ socket, words: ["json", "design"] }));
	expect(told.error).toMatch(words);
	expect([told.probe, value]).toEqual(told.error === "" ? [1, "1"] : [0, "3"]);
	expect(await asked({ socket, config: good })).toMatch(new RegExp(`^${withConfig}$`));
});

function endless(socket: Socket): void {
	socket.write("HTTP/1.1 200 OK\r\n\r\n");
	const more = () => {
		while (!socket.destroyed && socket.write("x".repeat(65_536)));
	};
	socket.on("drain", more);
	more();
}

test(
	"a clock that was set back makes no age below none, and a sample of the future is no older for it",
	PATIENT,
	async () => {
		const hour = 3_600_000;
		const ahead = Date.now() + hour;
		const near = await listening(reporting({ level: "ok", sampledAt: ahead, freshUntil: ahead + 60_000 }));
		const told = JSON.parse(await asked({ socket: near, words: ["json", "design"] }));
		expect([told.age, told.checks[0].age]).toEqual([0, 0]);
		expect(await asked({ socket: near })).toBe("0");
		// The other way round what is known is over, and says so.
		const over = Date.now() - hour;
		const far = await listening(reporting({ level: "ok", sampledAt: over, freshUntil: over + 60_000 }));
		const late = JSON.parse(await asked({ socket: far, words: ["json", "design"] }));
		expect(late).toMatchObject({ probe: 0, verdict: 3 });
		expect(late.age).toBeGreaterThan(3_590);
		expect(await asked({ socket: far })).toBe("3");
		expect(await asked({ socket: far, words: ["get", "design", "get-configuration", "latency"] })).toMatch(
			/^dss-probe: /,
		);
	},
);

test(
	"a check that was removed, and a value that it does not have, are told in words and never as a number",
	PATIENT,
	async () => {
		const url = await serving(answer("200 OK", '{"a":1}'));
		const config = configured(url);
		const socket = await listening(
			answering('{"ok":false,"code":"missing","text":"no check gone on design"}', "404 Not Found"),
		);
		for (const source of [{ config }, { socket }, { config, socket }]) {
			expect(await asked({ ...source, words: ["get", "design", "gone"] })).toBe("3");
			expect(await asked({ ...source, words: ["get", "design", "gone", "cause"] })).toBe("");
			expect(await asked({ ...source, words: ["get", "design", "gone", "latency"] })).toMatch(/^dss-probe: .*gone/);
		}
		expect(await asked({ config, words: ["get", "design", "get-configuration", "size_of_it"] })).toMatch(
			/^dss-probe: .* has no field size_of_it; it has /,
		);
		// A text where a number is wanted is a text: Zabbix says so at the item, and takes no 0 for it.
		expect(await asked({ config, words: ["get", "design", "get-configuration", "level"] })).toBe("ok");
	},
);

test("a certificate that is over is named as that", PATIENT, async () => {
	const tls = authority.issue("IP:127.0.0.1", ["20200101000000Z", "20210101000000Z"]);
	const ca = join(folder, `ca-${++files}.pem`);
	writeFileSync(ca, authority.ca);
	const url = await serving(answer("200 OK", "{}"), { tls });
	const config = configured(
		url,
		`instances: { design: { url: "${url}", tls: { ca: "${ca}" } } }\nchecks: [get-configuration]\n`,
	);
	expect(await asked({ config })).toBe("2");
	expect(await asked({ config, words: CAUSE })).toBe("certificate_expired");
});

test.skipIf(!isRoot)("permissions that were made wrong by hand are named to Zabbix's user", PATIENT, async () => {
	const shell = 'exec setpriv --reuid=4711 --regid=4711 --clear-groups "$@"';
	const trouble = async (given: Given) => JSON.parse(await asked({ ...given, shell, words: ["json", "design"] })).error;
	const socket = await listening(reporting(), 0o600);
	expect(await trouble({ socket })).toContain(`user 4711 may not use the socket ${socket}: look at its group and mode`);
	expect(await asked({ socket, shell })).toBe("3");
	const home = join(folder, `home-${++files}`);
	mkdirSync(home, { mode: 0o700 });
	const hidden = await listening(reporting(), 0o660);
	renameSync(hidden, join(home, "a.sock"));
	expect(await trouble({ socket: join(home, "a.sock") })).toContain(
		`the socket ${join(home, "a.sock")} cannot be reached (EACCES)`,
	);
	renameSync(good, join(home, "alerts.yaml"));
	try {
		expect(await trouble({ config: join(home, "alerts.yaml") })).toMatch(/permission|may not|not allowed/i);
	} finally {
		renameSync(join(home, "alerts.yaml"), good);
	}
	// A home that is closed holds Node: the script itself answers.
	const script = join(folder, "ask");
	const [node, program] = [join(home, "node"), main];
	symlinkSync(process.execPath, node);
	writeFileSync(script, wrapperText({ node, program }), { mode: 0o755 });
	const direct = `exec setpriv --reuid=4711 --regid=4711 --clear-groups ${script} json design`;
	expect(JSON.parse(await asked({ shell: direct }))).toMatchObject({ probe: 0, verdict: 3 });
	expect(JSON.parse(await asked({ shell: direct })).error).toContain(node);
});

test.skipIf(!isRoot)("a socket of a stranger is passed by", async () => {
	const socket = await listening(reporting());
	chownSync(socket, 4_711, 4_711);
	// Root itself trusts only its own; the stranger's folder is not the stranger's alone.
	expect(JSON.parse(await asked({ socket, words: ["json", "design"] })).error).toMatch(
		/belongs to another user \(4711\)/,
	);
});

test.each([
	["no output is wanted", 'exec "$@" >/dev/null; ', ""],
	["stderr is closed", 'exec "$@" 2>&-', "0"],
	["stdin is closed", 'exec "$@" <&-', "0"],
	["nothing at all is in the environment", 'exec env -i DSS_PROBE_CONFIG="$DSS_PROBE_CONFIG" "$@"', "0"],
	["the folder was removed", 'mkdir "$TMPDIR/gone" && cd "$TMPDIR/gone" && rmdir "$TMPDIR/gone" && exec "$@"', "0"],
	["no compiled code can be kept", 'TMPDIR=/proc/nowhere exec "$@"', "0"],
] as const)("an environment where %s", PATIENT, async (_name, shell, line) => {
	const shown = line === "" ? `${shell.replace("exec ", "")} echo` : shell;
	expect(await asked({ config: good, shell: shown })).toBe(line);
});

test("a part of a configuration is read only while all of it is known to be in order", PATIENT, async () => {
	const url = await serving(answer("200 OK", "{}"));
	const text = `instances: { design: { url: "${url}" } }\nchecks: [get-configuration]\n`;
	const config = configured(url, text);
	// A proof is made of files that have been left alone for a while.
	await sleep(2_200);
	const proofs = () =>
		readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
			(name) => name.includes(`proven-`) && name.includes(basename(config)),
		);
	expect(await asked({ config })).toBe("0");
	expect(proofs()).toHaveLength(1);
	expect(await asked({ config })).toBe("0");
	const words = ["get", "design", "constructor", "latency"];
	expect(await asked({ config, words })).toContain("no check design/constructor in the configuration");
	writeFileSync(config, `${text}routes: [{ to: [nobody] }]\n`);
	expect(await asked({ config })).toBe("3");
	writeFileSync(config, text);
	expect(await asked({ config })).toBe("0");
	const odd = join(folder, "checks/odd.yaml");
	writeFileSync(odd, "name: [");
	expect(await asked({ config })).toBe("3");
	rmSync(odd);
	expect(await asked({ config })).toBe("0");
});

test("a reader that went away hears nothing, and nothing is said about it", async () => {
	const shell = '("$@"; echo "code $?" >&3) 3>&1 | head -c 0; exec 3>&-; true';
	const told = await new Promise<string>((done) => {
		const args = [
			"-c",
			shell.replace("| head -c 0", "| true"),
			"sh",
			process.execPath,
			main,
			"zabbix",
			"json",
			"design",
		];
		execFile("/bin/sh", args, { env: { DSS_PROBE_CONFIG: good } }, (_error, _stdout, stderr) => done(stderr));
	});
	expect(told).toBe("");
});

test("a daemon that is stopped, and one that was killed, are replaced by an own look", {
	timeout: 40_000,
}, async () => {
	const url = await serving(answer("200 OK", '{"a":1}'));
	const config = configured(
		url,
		`instances: { design: { url: "${url}" } }\nchecks: [{ use: get-configuration, every: 1s, timeout: 900ms, retry_every: 1s }]\n`,
	);
	const socket = join(folder, `none-${files}.db.ask`);
	const daemon = spawn(process.execPath, [main, "run", "-c", config], { stdio: "ignore", env: {} });
	closing.push(() => daemon.kill("SIGKILL"));
	const phase = async () => JSON.parse(await asked({ socket, words: ["json", "design"] })).checks[0]?.phase;
	for (let tries = 0; tries < 60 && (!existsSync(socket) || (await phase()) !== "inactive"); tries++) await sleep(100);
	expect(await phase()).toBe("inactive");
	expect(await asked({ config })).toBe("0");
	daemon.kill("SIGSTOP");
	expect(await asked({ socket })).toBe("3");
	expect(await asked({ socket, config })).toBe("0");
	daemon.kill("SIGKILL");
	await once(daemon, "exit");
	expect(existsSync(socket)).toBe(true);
	expect(await asked({ socket })).toBe("3");
	expect(await asked({ socket, config })).toBe("0");
});
