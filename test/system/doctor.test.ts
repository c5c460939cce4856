import { appendFileSync, chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { type Authority, type KeyPair, makeAuthority } from "../support/certificates.ts";
import { answer, faultServer } from "../support/fault-server.ts";
import { answering, httpReceiver } from "../support/http-receiver.ts";
import { mailServer, USER } from "../support/mail-server.ts";
import { aDss, configured, mustHoldNoSecret, run, SECRETS, start } from "../support/program.ts";

const authority: Authority = makeAuthority();
afterAll(() => authority.close());

interface Report {
	readonly level: string;
	readonly findings: readonly {
		readonly section: string;
		readonly examination: string;
		readonly level: string;
		readonly seen: string;
		readonly todo: string | null;
	}[];
	readonly problems: readonly { readonly message: string }[];
}

/** What a report says of a section: `examination level: seen`. */
const said = ({ findings }: Report, section: string) =>
	findings
		.filter((finding) => finding.section === section)
		.map(({ examination, level, seen }) => `${examination} ${level}: ${seen}`);

async function doctor(file: string, ...words: readonly string[]): Promise<Report & { readonly code: number | null }> {
	const { code, stdout, stderr } = await run(["doctor", "--json", "-c", file, ...words]);
	expect(stderr).toBe("");
	return { ...(JSON.parse(stdout) as Report), code };
}

/** A DSS behind TLS whose clock is an hour ahead. */
async function behindTls(tls: KeyPair) {
	const date = new Date(Date.now() + 3_600_000).toUTCString();
	const server = await faultServer(answer("200 OK", "{}", { "content-type": "application/json", date }), { tls });
	onTestFinished(() => server.close());
	return server.url;
}

test("real faults of certificates, clocks, keys and files are told with what to do, and nothing is sent", async () => {
	const { url } = await aDss();
	const pager = await httpReceiver(answering(204));
	const mail = await mailServer({ password: "quite another" });
	onTestFinished(() => Promise.all([pager.close(), mail.close()]).then(() => {}));
	const names = "IP:127.0.0.1";
	const [expired, elsewhere, self, soon, good] = await Promise.all([
		behindTls(authority.issue(names, ["20200101000000Z", "20210101000000Z"])),
		behindTls(authority.issue("DNS:dss.example")),
		behindTls(authority.selfSigned(names)),
		behindTls(authority.issue(names, ["20200101000000Z", endingIn(10)])),
		behindTls(authority.issue(names)),
	]);
	const password = encodeURIComponent(SECRETS.SMTP_PASSWORD);
	const given = configured(url);
	const ca = join(given.folder, "ca.pem");
	writeFileSync(ca, authority.ca);
	writeFileSync(join(given.folder, "key"), SECRETS.DSS_KEY, { mode: 0o600 });
	chmodSync(join(given.folder, "key"), 0o644);
	const tls = `tls: { ca: "${ca}" }`;
	given.write(`instances:
  design: { url: "${url}", api_key: "\${file:key}" }
  expired: { url: "${expired}", ${tls} }
  elsewhere: { url: "${elsewhere}", ${tls} }
  self: { url: "${self}", ${tls} }
  soon: { url: "${soon}", ${tls} }
  open: { url: "${good}", tls: { verify: false } }
check_files: [${join(import.meta.dirname, "../../checks")}]
checks:
  - get-configuration
  - { use: canary-job, on: { instance: design }, with: { project: DKU_MONITORING, output: canary_none } }
channels:
  mail: { type: email, smtp: "smtp://${USER}:${password}@127.0.0.1:${mail.port}", from: a@ci.test, to: [b@ci.test] }
  pager: { type: webhook, url: "http://127.0.0.1:${pager.port}/${SECRETS.SLACK_PATH}" }
routes: [{ to: [mail, pager] }]
store: data/s.db
`);
	const report = await doctor(given.file);
	expect(report.code).toBe(2);
	const tlsOf = (name: string) => said(report, `instance ${name}`).find((line) => line.startsWith("TLS "));
	expect(tlsOf("expired")).toMatch(/^TLS critical: TLS certificate expired: .*ended 2021-01-01/);
	expect(tlsOf("elsewhere")).toMatch(/^TLS critical: TLS certificate is for another host name: .*dss\.example/);
	expect(tlsOf("self")).toMatch(/^TLS critical: TLS certificate from an unknown authority/);
	expect(tlsOf("soon")).toMatch(/^TLS warning: the certificate ends in (?:9 d|10 d)/);
	expect(said(report, "instance open")).toContainEqual(
		expect.stringMatching(/^TLS warning: any certificate is accepted, and this one should not be/),
	);
	// Two servers that are asked agree that it is an hour later; the simulator and this machine that it is not.
	expect(said(report, "this machine").filter((line) => line.startsWith("clock "))).toEqual([
		"clock critical: open is 1 h ahead of this machine: one of the two is off",
		"clock critical: soon is 1 h ahead of this machine: one of the two is off",
	]);
	expect(said(report, "configuration")).toContainEqual(
		expect.stringMatching(/^secret files critical: .*\/key holds secrets, and everybody .* \(mode 644\)$/),
	);
	expect(said(report, "instance design")).toContainEqual(
		"canary DKU_MONITORING/canary_none critical: project DKU_MONITORING has no canary_none of type DATASET",
	);
	expect(said(report, "channel mail (email)").at(-1)).toMatch(
		/^login critical: the mail server does not accept user and password: /,
	);
	expect(said(report, "channel pager (webhook)").at(-2)).toMatch(/^connection ok: port \d+ is open/);
	for (const { level, todo } of report.findings) {
		expect(todo !== null && todo.length > 10).toBe(level === "warning" || level === "critical");
	}
	expect({ pager: pager.requests, mail: mail.mails, store: existsSync(join(given.folder, "data")) }).toEqual({
		pager: [],
		mail: [],
		store: false,
	});
	expect(readdirSync(given.folder).toSorted()).toEqual(["alerts.yaml", "ca.pem", "key"]);
}, 30_000);

/** A moment in so many days, as openssl writes it. */
function endingIn(days: number): string {
	return new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, "");
}

test("a good house ends with 0 or 1, beside its daemon, offline and on; --send sends one message", async () => {
	const { url, faults } = await aDss();
	const pager = await httpReceiver(answering(204));
	onTestFinished(() => pager.close());
	const { file, store, folder } = configured(url, {
		checks: ["- get-configuration", "- public-api"],
		channels: [`pager: { type: webhook, url: "http://127.0.0.1:${pager.port}/" }`],
		routes: ["- to: [pager]"],
	});
	const daemon = start(["run", "-c", file], { cwd: folder });
	await daemon.until(/watching/);
	await until(() => existsSync(`${store}.sock`) && existsSync(store));
	const report = await doctor(file);
	expect(report.findings.filter(({ level }) => level === "critical")).toEqual([]);
	expect(said(report, "store")[0]).toMatch(/^daemon ok: runs since .* \(pid \d+, version /);
	expect(said(report, "store").at(-1)).toBe("integrity ok: SQLite finds nothing wrong");
	expect(said(report, "this machine").join("\n")).toContain("(the daemon)");
	expect(pager.requests).toEqual([]);

	// The daemon reads a wrong configuration, and says so to whoever asks.
	appendFileSync(file, "rutes: []\n");
	daemon.process.kill("SIGHUP");
	await daemon.until(/the new configuration is wrong/);
	const broken = await doctor(file);
	expect(broken).toMatchObject({
		code: 2,
		level: "critical",
		problems: [{ message: expect.stringContaining("rutes") }],
	});
	expect(said(broken, "store")).toContainEqual(
		expect.stringMatching(/^daemon critical: it has refused the newest configuration and goes on with that of /),
	);
	expect(said(broken, "instance design")).toContainEqual(expect.stringMatching(/^API key ok: accepted/));
	daemon.process.kill("SIGTERM");
	await daemon.ended;

	const again = configured(url, {
		channels: [`pager: { type: webhook, url: "http://127.0.0.1:${pager.port}/" }`],
		routes: ["- to: [pager]"],
	});
	await faults.set({ fault: "gateway" });
	const offline = await run(["doctor", "--offline", "-c", again.file]);
	expect(offline.stdout).not.toContain("instance design");
	expect(offline.stdout).toMatch(/Nothing was sent, nothing was changed\.\n$/);
	expect([0, 1]).toContain(offline.code);
	const sent = await run(["doctor", "--send", "-c", again.file]);
	expect(sent.code).toBe(2);
	expect(sent.stdout).toMatch(/CRITICAL +backend +nginx up, DSS backend down or starting: HTTP 502/);
	expect(sent.stdout).toMatch(/OK +test message +sent \(HTTP 204\)/);
	expect(pager.requests).toHaveLength(1);
	mustHoldNoSecret(pager.requests[0]?.body ?? "");
	expect((await run(["doctor", "--instance", "desing", "-c", again.file])).code).toBe(64);
	expect((await run(["doctor", "--send", "--offline", "-c", again.file])).code).toBe(64);
}, 40_000);

test.runIf(process.getuid?.() === 0)(
	"who may not write the store is told so",
	async () => {
		const { file, folder, write } = configured("http://127.0.0.1:1");
		const data = join(folder, "data");
		mkdirSync(data, { mode: 0o755 });
		chownSync(data, 0, 0);
		chmodSync(folder, 0o755);
		write('instances: { a: { url: "http://127.0.0.1:1" } }\nchecks: []\nroutes: [{ to: [] }]\nstore: data/s.db\n');
		chmodSync(file, 0o644);
		const { stdout } = await run(["doctor", "--offline", "--json", "-c", file], {
			shell: 'exec setpriv --reuid 65534 --regid 65534 --clear-groups "$@"',
		});
		expect(said(JSON.parse(stdout) as Report, "store")).toContainEqual(
			expect.stringMatching(/^files critical: the folder .*\/data cannot be written: /),
		);
	},
	20_000,
);

async function until(isTrue: () => boolean, withinMs = 8_000): Promise<void> {
	const end = performance.now() + withinMs;
	while (!isTrue()) {
		if (performance.now() > end) throw new Error("it did not happen in time");
		await new Promise((resolve) => setTimeout(resolve, 30));
	}
}
