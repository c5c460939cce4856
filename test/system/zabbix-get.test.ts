import { expect, test } from "vitest";
import { answer, closedPort, faultServer, hang, page, raw, rawThenClose, reset } from "../support/fault-server.ts";
import { aDss, configured, run } from "../support/program.ts";
import { inTurns } from "../support/turns.ts";

const GET = ["zabbix", "get", "design", "get-configuration"];
/** Zabbix's own limit, from the start of the process to its end. */
const LIMIT_MS = 3_000;
/** For faults that use up all of the time there is. */
const SOON = ["--deadline", "2s"];
/** What is measured is an answer, not how many processes a small machine can start at once. */
const turns = inTurns(1);
/** A machine that is busy with other things is late, too: then it is tried again. */
const PATIENT = { retry: 2 };

/** The answer, after it was proved to be one: one line, nothing else said, exit code 0, in time. */
async function got(args: readonly string[], options: Parameters<typeof run>[1] = {}): Promise<string> {
	const { code, stdout, stderr, ms } = await turns(() => run(args, options));
	expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
	expect(stdout).toMatch(/^[^\n]*\n$/);
	expect(ms).toBeLessThan(LIMIT_MS);
	return stdout.trimEnd();
}

const trickle: Parameters<typeof faultServer>[0] = (socket) => {
	socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{");
	const timer = setInterval(() => socket.write(" "), 200);
	socket.on("close", () => clearInterval(timer));
};

const FAULTS: readonly (readonly [string, Parameters<typeof faultServer>[0], string, string])[] = [
	["a good answer", answer("200 OK", '{"a":1}'), "0", ""],
	["an answer that never comes", hang, "2", "backend_hanging"],
	["an answer that trickles", trickle, "2", ".+"],
	["a cut connection", reset, "2", "connection_reset"],
	["garbage instead of HTTP", rawThenClose("SSH-2.0-OpenSSH_9.2\r\n"), "2", "not_http"],
	["a broken status line", raw("HTTP/1.1 abc\r\n\r\n"), "2", ".+"],
	["a gateway error", page("502 Bad Gateway", "502 Bad Gateway"), "2", "backend_down"],
	["a login page", page("200 OK", "Sign in"), "2", "login_page|reply_not_json"],
	["a redirect", answer("302 Found", "", { location: "https://login.example.com/" }), "2", "redirected"],
	["half an answer", rawThenClose("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"), "2", "reply_truncated"],
];

test.each(FAULTS)("%s is answered with one line, in time", PATIENT, async (_name, behave, verdict, cause) => {
	await using server = await faultServer(behave);
	const { file } = configured(server.url);
	const time = behave === hang || behave === trickle ? SOON : [];
	const answers = await Promise.all([got([...GET, "-c", file, ...time]), got([...GET, "cause", "-c", file, ...time])]);
	expect(answers[0]).toBe(verdict);
	expect(answers[1]).toMatch(new RegExp(`^(?:${cause})$`));
});

test(
	"a refused connection, a name that does not exist and a host that drops packets are answered in time",
	PATIENT,
	async () => {
		const refused = configured(`http://127.0.0.1:${await closedPort()}`);
		const unnamed = configured("http://no-such-host.invalid");
		// The discard prefix of IPv6: packets end there (RFC 6666), or there is no way at all.
		const silent = configured("http://[100::1]:9");
		const [first, second, third] = await Promise.all([
			got([...GET, "-c", refused.file]),
			got([...GET, "-c", unnamed.file, ...SOON]),
			got([...GET, "-c", silent.file, ...SOON]),
		]);
		expect(first).toBe("2");
		expect(second).toMatch(/^[23]$/);
		expect(third).toMatch(/^[23]$/);
	},
);

test("values, levels and words can be asked for one by one", PATIENT, async () => {
	const { url } = await aDss();
	const { file } = configured(url);
	const ask = (field: string) => got([...GET, field, "-c", file]);
	const [status, latency, level, cause, summary] = await Promise.all(
		["status", "latency", "level", "cause", "summary"].map(ask),
	);
	expect(status).toBe("200");
	expect(Number(latency)).toBeGreaterThan(0);
	expect(Number(latency)).toBeLessThan(2);
	expect({ level, cause }).toEqual({ level: "ok", cause: "" });
	expect(summary).toMatch(/200/);
});

test("a number that was not measured is 0, and a text is empty", PATIENT, async () => {
	const { file } = configured(`http://127.0.0.1:${await closedPort()}`);
	const [status, latency, version] = await Promise.all(
		["status", "latency", "dss_version"].map((field) => got([...GET, field, "-c", file])),
	);
	expect([status, version]).toEqual(["0", ""]);
	expect(Number(latency)).toBeLessThan(1);
});

test.each([
	["no configuration", GET, {}],
	["a configuration that is wrong", [...GET, "-c", "/dev/null"], {}],
	["a folder as configuration", [...GET, "-c", "/tmp"], {}],
	["nothing in the environment and no home", GET, { shell: 'exec env -i HOME=/nonexistent "$@"' }],
	["a closed stderr", GET, { shell: 'exec "$@" 2>&-' }],
	["a closed stdin", GET, { shell: 'exec "$@" <&-' }],
] as const)("%s is answered with 3", PATIENT, async (_name, args, options) => {
	expect(await got(args, options)).toBe("3");
});

test(
	"wrong names, a missing key and wrong words are answered with one line that says what is wrong",
	PATIENT,
	async () => {
		const { file } = configured("http://127.0.0.1:1");
		const unset = configured("${NEVER_SET}");
		const cases: readonly (readonly [readonly string[], RegExp])[] = [
			[["zabbix", "get", "desing", "get-configuration", "-c", file], /^3$/],
			[["zabbix", "get", "design", "nothing", "-c", file], /^3$/],
			[[...GET, "latencyy", "-c", file], /no field latencyy; it has verdict, /],
			[["zabbix", "get", "design", "nothing", "latency", "-c", file], /no check design\/nothing/],
			[[...GET, "latency", "-c", unset.file], /NEVER_SET/],
			[["zabbix", "get", "design"], /usage: zabbix get INSTANCE CHECK/],
			[["zabbix", "get"], /usage: zabbix get INSTANCE CHECK/],
			[[...GET, "--dedline", "1s", "-c", file], /unknown option --dedline/],
			[[...GET, "--deadline", "soon", "-c", file], /--deadline is not a duration/],
			[[...GET, "a", "b", "-c", file], /unexpected argument b/],
		];
		for (const [args, words] of cases) expect(await got(args)).toMatch(words);
	},
);

test("without a deadline of its own it answers before Zabbix stops waiting", PATIENT, async () => {
	await using server = await faultServer(hang);
	const { file } = configured(server.url);
	expect(await got([...GET, "-c", file])).toMatch(/^[23]$/);
});
