import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { Check } from "../../src/config/checks.ts";
import type { Instance } from "../../src/dss/instance.ts";
import type { Examination } from "../../src/examine/examination.ts";
import { adminKeyExamination, rightsExamination } from "../../src/examine/instance-admin.ts";
import { bootExamination } from "../../src/examine/instance-boot.ts";
import { canaryExamination } from "../../src/examine/instance-canary.ts";
import { checksExamination } from "../../src/examine/instance-checks.ts";
import { clientOf, keyExamination } from "../../src/examine/instance-key.ts";
import { scenarioExamination } from "../../src/examine/instance-scenario.ts";
import type { Dated } from "../../src/examine/patient.ts";
import { peerOf, receiverFault, wayExaminations } from "../../src/examine/way.ts";
import { Secret } from "../../src/model/secret.ts";
import { dssJobOptions } from "../../src/probe/canary/dss-job.ts";
import { probeOptions } from "../../src/probe/probe.ts";
import { answer, closedPort, faultServer, page } from "../support/fault-server.ts";
import { makeInstance } from "../support/instance.ts";
import { ADMIN_KEY, PLAIN_KEY, simulatedNode } from "../support/simulator.ts";

const signal = new AbortController().signal;

async function aNode(version?: string) {
	const node = await simulatedNode(version === undefined ? {} : { version });
	onTestFinished(() => node[Symbol.asyncDispose]());
	const with_ = (key: string): Instance => makeInstance(node.url, { apiKey: new Secret(key) });
	return {
		...node,
		faults: node.simulator.faults,
		plain: with_(PLAIN_KEY),
		admin: with_(ADMIN_KEY),
		other: with_("unknown-key"),
	};
}

const look = async ({ examine }: Examination) => (await examine(signal)).map(({ level, seen }) => `${level}: ${seen}`);
const open = (instance: Instance) => clientOf(instance, systemClock);

test("the backend is examined through the endpoint that needs no key", async () => {
	const { plain, faults } = await aNode();
	const dates: Dated[] = [];
	const boot = bootExamination(plain, systemClock, dates);
	expect(await look(boot)).toEqual([expect.stringMatching(/^ok: get-configuration answered in /)]);
	await faults.set({ fault: "gateway", status: 502 });
	expect(await look(boot)).toEqual([
		expect.stringMatching(/^critical: nginx up, DSS backend down or starting: HTTP 502/),
	]);
});

test("a clock that is an hour off shows in the Date header", async () => {
	const date = new Date(Date.now() + 3_600_000).toUTCString();
	await using server = await faultServer(answer("200 OK", "{}", { "content-type": "application/json", date }));
	const dates: Dated[] = [];
	await look(bootExamination(makeInstance(server.url), systemClock, dates));
	expect(dates).toEqual([{ instance: "design", aheadMs: expect.any(Number) }]);
	expect(Math.abs((dates[0]?.aheadMs ?? 0) - 3_600_000)).toBeLessThan(1_500);
});

test("a login page and a redirect are no DSS", async () => {
	await using login = await faultServer(page("200 OK", "Sign in"));
	await using sso = await faultServer(page("302 Found", "", { location: "https://sso.example/login?token=abc" }));
	expect(await look(bootExamination(makeInstance(login.url), systemClock, []))).toEqual([
		expect.stringMatching(/^critical: a login page or a proxy answers instead of DSS: .*Sign in/),
	]);
	expect(await look(bootExamination(makeInstance(sso.url), systemClock, []))).toEqual([
		expect.stringMatching(/^critical: redirected elsewhere instead of answered: .*https:\/\/sso\.example\/login$/),
	]);
});

test("a port where nothing listens is told in the words of whom it concerns", async () => {
	const port = await closedPort();
	const peer = peerOf(`http://127.0.0.1:${port}/`, { verify: true });
	const through = async (examinations: readonly Examination[]) => {
		const seen: string[] = [];
		for (const one of examinations) seen.push(...(await look(one)));
		return seen;
	};
	expect(await through(wayExaminations(peer, systemClock))).toEqual([
		"ok: 127.0.0.1 is an address",
		expect.stringMatching(/^critical: nginx down \(connection refused\): /),
	]);
	expect((await through(wayExaminations(peer, systemClock, receiverFault)))[1]).toMatch(
		/^critical: 127\.0\.0\.1:\d+: connect ECONNREFUSED/,
	);
	const nowhere = { ...peer, host: "no-such-host.invalid" };
	const [name] = wayExaminations(nowhere, systemClock);
	expect(name && (await look(name))[0]).toMatch(/^critical: (?:host name not found|the prober's own name resolution)/);
});

test("the key is told apart: whose it is, unknown, and missing", async () => {
	const { plain, other, faults } = await aNode();
	expect(await look(keyExamination(plain, open(plain)))).toEqual([
		"ok: accepted: it is that of api:canary (groups: monitoring)",
		"ok: DSS 14.3.1",
	]);
	expect(await look(keyExamination(other, open(other)))).toEqual([
		expect.stringMatching(/^critical: API key rejected, DSS is up: HTTP 401, .*Unknown API Key$/),
	]);
	const { apiKey: _, ...keyless } = plain;
	expect((await look(keyExamination(keyless, open(keyless))))[0]).toMatch(/^skipped: the instance has no api_key/);
	const unfilled = { ...plain, apiKey: new Secret("${file:/etc/key}") };
	expect(await look(keyExamination(unfilled, open(unfilled)))).toEqual(["critical: ${file:/etc/key} gave no value"]);
	await faults.set({ fault: "key_revoked", key: "all" });
	expect((await look(keyExamination(plain, open(plain))))[0]).toMatch(/^critical: API key rejected/);
});

const aCheck = (name: string, probe: unknown, instance: Instance) =>
	({ key: `design/${name}`, name, instance, probe: probeOptions.parse(probe), timeoutMs: 2_000 }) as unknown as Check;

test("an administrator's key is warned about, unless a check needs it", async () => {
	const { plain, admin } = await aNode();
	const rights = (instance: Instance, needing: readonly string[]) => look(rightsExamination(open(instance), needing));
	expect(await rights(plain, [])).toEqual(["ok: the key is no administrator's, as it should be"]);
	expect(await rights(admin, [])).toEqual([
		"warning: api_key is an administrator's, and no check needs that of it: whoever finds it owns this DSS",
	]);
	expect(await rights(admin, ["licence"])).toEqual(["ok: the key is an administrator's, which is needed for licence"]);
	expect(await rights(plain, ["licence"])).toEqual([
		"warning: the key is no administrator's, and these checks need one: licence",
	]);
	const old = await aNode("5.0.0");
	expect((await look(rightsExamination(open(old.admin), [])))[0]).toMatch(/^skipped: this DSS does not show/);
});

test("admin_key has to be an administrator's", async () => {
	const { plain } = await aNode();
	const withAdmin = (key: string) => {
		const instance = { ...plain, adminKey: new Secret(key) };
		return look(adminKeyExamination(clientOf(instance, systemClock, "admin")));
	};
	expect(await withAdmin(ADMIN_KEY)).toEqual(["ok: accepted: it is an administrator's"]);
	expect(await withAdmin(PLAIN_KEY)).toEqual(["critical: admin_key is no administrator's"]);
	expect(await withAdmin("unknown-key")).toEqual([expect.stringMatching(/^critical: API key rejected, DSS is up/)]);
});

test("the scenario of a canary and the right to run it are examined without a run", async () => {
	const { plain, faults, call } = await aNode();
	const canary = (scenario: string, project = "DKU_MONITORING") =>
		look(scenarioExamination({ project, scenario }, open(plain)));
	const path = "/projects/DKU_MONITORING/scenarios/canary_slow/get-last-runs";
	expect(await canary("canary_slow")).toEqual([
		"ok: project DKU_MONITORING has the scenario canary_slow",
		"ok: MONITOR_JOBS and RUN_JOBS, as far as can be seen without a run",
	]);
	expect(await canary("canary_sloe")).toEqual([
		expect.stringMatching(
			/^critical: scenario DKU_MONITORING\/canary_sloe is not there, or not for this key: HTTP 404/,
		),
	]);
	expect(await canary("NIGHTLY", "SALES")).toEqual([
		expect.stringMatching(/^critical: scenario SALES\/NIGHTLY is not/),
	]);
	await faults.set({ fault: "right_missing", right: "RUN_JOBS" });
	expect((await canary("canary_slow"))[1]).toMatch(/^critical: the key lacks RUN_JOBS on DKU_MONITORING: HTTP 403/);
	await faults.set({ fault: "gateway" });
	expect(await canary("canary_slow")).toEqual([expect.stringMatching(/^critical: nginx up, DSS backend down/)]);
	await faults.clear();
	expect((await call(path)).json).toEqual([]);
});

test("the canary's project, output and rights are examined without a job", async () => {
	const { plain, faults, call } = await aNode();
	const canary = (options: object = {}) =>
		look(
			canaryExamination(
				dssJobOptions.parse({ kind: "dss-job", project: "DKU_MONITORING", output: "canary_out", ...options }),
				open(plain),
			),
		);
	const jobs = async () =>
		(await call("/projects/DKU_MONITORING/jobs/")).json.map((job: object) => JSON.stringify(job));
	const before = await jobs();
	expect(await canary()).toEqual([
		"ok: project DKU_MONITORING has canary_out",
		"ok: READ_CONF, MONITOR_JOBS and RUN_JOBS, as far as can be seen without a job",
	]);
	expect((await canary({ output: "canray_out" }))[0]).toBe(
		"critical: project DKU_MONITORING has no canray_out of type DATASET",
	);
	expect(await canary({ project: "SALES" })).toEqual([
		expect.stringMatching(/^critical: project SALES is not there, or not for this key: HTTP 403/),
	]);
	expect((await canary({ output: "m", output_type: "SAVED_MODEL" }))[0]).toMatch(/^skipped: whether m exists/);
	await faults.set({ fault: "right_missing", right: "RUN_JOBS" });
	expect((await canary()).slice(1)).toEqual([
		expect.stringMatching(/^critical: the key lacks RUN_JOBS on DKU_MONITORING: HTTP 403/),
	]);
	await faults.set({ fault: "right_missing", right: "MONITOR_JOBS" });
	expect((await canary()).slice(1)).toEqual([expect.stringMatching(/^critical: the key lacks MONITOR_JOBS on /)]);
	await faults.clear();
	expect(await jobs()).toEqual(before);
});

test.each([
	["403 Forbidden", "Job not found: ", "ok: READ_CONF, MONITOR_JOBS and RUN_JOBS, as far as can be seen without a job"],
	["403 Forbidden", "RUN_JOBS is missing for ", "critical: the key lacks MONITOR_JOBS on P: HTTP 403"],
])("a canary's job that is not there, refused by %s with %j, is judged by these words", async (status, words, told) => {
	await using server = await faultServer((socket, request) => {
		const [, path = ""] = request.split(" ");
		const json = path.includes("/datasets/")
			? [{ name: "out" }]
			: { errorType: "x.UnauthorizedException", message: `${words}${path.split("/")[6]}` };
		answer(path.includes("/datasets/") ? "200 OK" : status, JSON.stringify(json))(socket, request);
	});
	const options = dssJobOptions.parse({ kind: "dss-job", project: "P", output: "out" });
	const instance = makeInstance(server.url, { apiKey: new Secret("some-key") });
	const found = await look(canaryExamination(options, open(instance)));
	expect(found[1]).toContain(told);
});

test("a check that this DSS or this key can never serve is named", async () => {
	const { plain } = await aNode("9.0.0");
	const [checks] = checksExamination(
		[
			aCheck("projects", { kind: "dss-api", path: "/projects/" }, plain),
			aCheck("instance-info", { kind: "dss-api", path: "/instance-info" }, plain),
			aCheck("users", { kind: "dss-api", path: "/admin/users/" }, plain),
			aCheck("boot", { kind: "http", path: "/" }, plain),
		],
		systemClock,
	);
	expect(checks && (await look(checks))).toEqual([
		"ok: answered: projects",
		expect.stringMatching(/^warning: instance-info cannot work: not supported by this DSS \(HTTP 404/),
		expect.stringMatching(/^warning: users cannot work: API key lacks a right, DSS is up \(HTTP 403/),
	]);
	expect(checksExamination([], systemClock)).toEqual([]);
});
