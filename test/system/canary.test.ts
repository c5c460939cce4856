import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { configured, mustHoldNoSecret, run, SECRETS, start } from "../support/program.ts";

const ADMIN_KEY = "adm1n/key+of==the-test-7Qx";
const PROJECT = "DKU_MONITORING";

/** A node without the project of the canary, and a configuration for it. */
async function freshNode(checks?: readonly string[]) {
	const simulator = createSimulator({ apiKey: SECRETS.DSS_KEY, adminKey: ADMIN_KEY, clock: systemClock });
	const { url } = await simulator.listen("127.0.0.1", 0);
	onTestFinished(() => simulator.close());
	const api = (path: string, init: RequestInit = {}) =>
		fetch(`${url}/public/api${path}`, { ...init, headers: { authorization: `Bearer ${ADMIN_KEY}` } });
	await api(`/projects/${PROJECT}`, { method: "DELETE" });
	const { file, folder } = configured(url, { ...(checks && { checks }) });
	return { simulator, file, folder, api };
}

const env = { ADMIN: ADMIN_KEY };
const canary = (file: string, ...words: readonly string[]) => run(["canary", ...words, "-c", file], { env });
const jobs = async (api: (path: string) => Promise<Response>) =>
	(await (await api(`/projects/${PROJECT}/jobs/?limit=0`)).json()) as readonly { readonly state: string }[];

test("a canary is installed, tried with a real run, watched, and removed again", async () => {
	const { file, api, simulator } = await freshNode([
		`- { use: canary-job, every: 10s, timeout: 9s, retry_every: 10s, with: { verify: true, start_within: 3s } }`,
	]);
	const before = await canary(file, "check", "design");
	expect(before.code).toBe(2);
	expect(before.stdout).toMatch(/CRITICAL +project /);
	expect(before.stdout).toContain("dss-probe canary install");

	expect(await canary(file, "install", "design", "--key-from", "ADMIN", "--kind", "both")).toMatchObject({
		code: 0,
		stderr: "",
		stdout: expect.stringMatching(/^made +scenario canary \(id CANARY\)$/m),
	});
	expect(await jobs(api)).toEqual([]);

	const good = await canary(file, "check", "design");
	expect(good.code).toBe(0);
	expect(good.stdout).toMatch(
		/OK +run +job Build_canary_out_\S+ DONE: accepted in \d\.\d s, queued 0\.1 s, ran 0\.4 s/,
	);
	expect(good.stdout).toContain("canary_out was rebuilt by it");
	expect(good.stdout).toContain("DSS keeps 1 job of DKU_MONITORING");
	expect(good.stdout).toContain("canary_out is written by compute_canary_out (python)");

	// The same by the daemon's own kind, and what it says when the output stays as it was.
	expect((await run(["run", "--once", "-c", file])).code).toBe(0);
	await simulator.faults.set({ fault: "output_not_rebuilt" });
	const bad = await run(["run", "--once", "--json", "-c", file]);
	expect(bad.code).toBe(2);
	expect(bad.stdout).toContain('"output_not_rebuilt"');
	await simulator.faults.clear();

	expect(await canary(file, "remove", "design", "--yes", "--key-from", "ADMIN")).toMatchObject({ code: 0 });
	expect((await api(`/projects/${PROJECT}`)).status).toBe(404);
}, 60_000);

test("what is wrong is told with what to do: rights, a hanging job, too many jobs", async () => {
	const { file, simulator, api } = await freshNode();
	await canary(file, "install", "design", "--key-from", "ADMIN");
	await simulator.faults.set({ fault: "right_missing", right: "RUN_JOBS" });
	const weak = await canary(file, "check", "design");
	expect(weak).toMatchObject({ code: 2, stdout: expect.stringContaining("the key lacks RUN_JOBS on DKU_MONITORING") });
	expect(weak.stdout).toContain("not examined because of that: recipe, run");
	const installed = await canary(file, "install", "design", "--key-from", "ADMIN");
	expect(installed).toMatchObject({ code: 1, stderr: "", stdout: expect.stringContaining("lacks RUN_JOBS") });
	await simulator.faults.clear();
	expect(await jobs(api)).toEqual([]);

	await simulator.faults.set({ fault: "old_jobs", count: 1_500 });
	const many = await canary(file, "check", "design");
	expect(many.code).toBe(1);
	expect(many.stdout).toContain('Let the macro "Clear job logs" run');
	await simulator.faults.clear();

	await simulator.faults.set({ fault: "job_stuck" });
	const late = await canary(file, "check", "design", "--timeout", "4s");
	expect(late.code).toBe(2);
	expect(late.stdout).toMatch(/CRITICAL +run .*aborted, then ABORTED/);
	expect((await jobs(api)).map(({ state }) => state)).toEqual(["ABORTED", "DONE"]);
}, 60_000);

test("Ctrl-C aborts the job of a check", async () => {
	const { file, simulator, api } = await freshNode();
	await canary(file, "install", "design", "--key-from", "ADMIN");
	await simulator.faults.set({ fault: "job_stuck" });
	const check = start(["canary", "check", "design", "-c", file]);
	await expect.poll(async () => (await jobs(api)).map(({ state }) => state), { timeout: 15_000 }).toEqual(["RUNNING"]);
	check.process.kill("SIGINT");
	const { stdout } = await check.ended;
	expect(stdout).toContain("run cut short");
	expect((await jobs(api)).map(({ state }) => state)).toEqual(["ABORTED"]);
}, 60_000);

test("at a terminal the key is asked for without being shown, and a removal is confirmed", async () => {
	const { file, api } = await freshNode();
	const [node, main] = [process.execPath, resolve("src/main.ts")];
	/** Runs the program on a terminal of its own, types a line when it asks, and gives all that the terminal shows. */
	const typed = async (line: string, ...words: readonly string[]): Promise<{ code: number | null; shown: string }> => {
		const script = join(import.meta.dirname, "type_answer.py");
		const child = spawn("python3", [script, line, node, main, "canary", ...words, "-c", file], {
			env: { PATH: process.env["PATH"], HOME: "/nonexistent", TERM: "xterm", ...SECRETS, ...env },
			stdio: ["ignore", "pipe", "inherit"],
		});
		let shown = "";
		child.stdout.setEncoding("utf8").on("data", (text: string) => {
			shown += text;
		});
		const code = await new Promise<number | null>((done) => child.once("close", done));
		mustHoldNoSecret(shown);
		return { code, shown };
	};
	const made = await typed(ADMIN_KEY, "install", "design");
	expect(made.shown).toContain("API key for design that may create projects (not shown): ");
	expect(made.shown).not.toContain(ADMIN_KEY);
	expect(made.shown).toContain("project DKU_MONITORING, owned by admin");
	expect(made.code).toBe(0);
	expect(await typed("n", "remove", "design", "--key-from", "ADMIN")).toMatchObject({
		code: 1,
		shown: expect.stringContaining("left as it is"),
	});
	expect((await typed("y", "remove", "design", "--key-from", "ADMIN")).code).toBe(0);
	expect((await api(`/projects/${PROJECT}`)).status).toBe(404);
}, 60_000);
